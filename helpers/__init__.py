"""The helpers of the course, one file for each joint of the pipe: file, pixels, batch, network, probabilities, names."""
