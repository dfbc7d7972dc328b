"""Changes the code that decides, one spot at a time, and counts the changes that no test notices."""
