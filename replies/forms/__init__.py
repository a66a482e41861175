"""Forms of the upper floor, one module per room."""
