# Texts: desk
