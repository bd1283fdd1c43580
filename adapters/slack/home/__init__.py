"""What one person alone reads: the home tab and modals."""
