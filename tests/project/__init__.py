"""What surrounds the program: documentation, deployment, benchmarks."""
