"""What an outcome depends on: screens, shares of variance, one factor at a time, and what would flip a conclusion."""
