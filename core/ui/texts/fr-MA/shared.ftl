# Texts: shared
