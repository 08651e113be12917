"""What the README quotes: each module prints ratios against a peer measured in the same run."""
