"""A user's own region: tables in a folder, read, checked and told apart from estimates."""
