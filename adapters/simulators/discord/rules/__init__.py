"""What Discord accepts in a body, and in which words it refuses."""
