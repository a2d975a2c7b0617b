"""The live what-if: levers moved on the page are answered through one socket, on worlds the process keeps."""
