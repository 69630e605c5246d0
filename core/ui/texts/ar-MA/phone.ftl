# Texts: phone
