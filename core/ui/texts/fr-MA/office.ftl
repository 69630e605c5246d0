# Texts: office
