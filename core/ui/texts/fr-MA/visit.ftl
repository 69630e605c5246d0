# Texts: visit
