"""What a build writes: one module per output, with NAME and render."""
