"""The pages and commands of a wave for those who plan it, keep its key and watch over both."""
