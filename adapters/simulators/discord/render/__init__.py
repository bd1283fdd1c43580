"""What people see of it, as HTML."""
