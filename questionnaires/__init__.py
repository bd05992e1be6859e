"""The vocabulary: what is asked and what is promised, as data files and the types that read them."""
