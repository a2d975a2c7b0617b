"""What keeps people from paying electronically: the one barrier that decides, person by person (plan P1)."""
