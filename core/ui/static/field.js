// field
