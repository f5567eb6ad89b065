"""The derivations of the book, one file each, and what two of them share."""
