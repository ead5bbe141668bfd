"""Small pieces of page: plain functions from values to Dash components, in the look of the style sheet."""
