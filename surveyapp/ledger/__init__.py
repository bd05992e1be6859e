"""What was released: numbered documents that never change, kept where every feature can ask what has left the house."""
