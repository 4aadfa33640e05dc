"""What a study is: frozen records and arrays, free of files, windows and databases."""
