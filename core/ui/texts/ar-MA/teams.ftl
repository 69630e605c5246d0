# Texts: teams
