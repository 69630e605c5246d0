# Texts: conflicts
