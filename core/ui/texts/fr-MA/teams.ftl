# Phones and teams, in the office.
teams-none = Aucun téléphone inscrit : invitez une première personne.
teams-caption = Téléphones, contact le plus récent d’abord
teams-person = Personne
teams-device = Téléphone
teams-seen = Dernier contact
teams-places = Communes et rôles
teams-receipt = Dernier reçu
teams-rights = Droits
teams-cloned = en double
teams-revoked = droits retirés
teams-silent = silencieux
teams-revoke = Retirer les droits
teams-revoke-why = Ce téléphone ne recevra plus rien et n’enverra plus rien, dès maintenant. Son travail déjà reçu reste. Cela ne s’annule pas : il faudra une nouvelle invitation.
teams-invite = Inviter une personne
teams-invite-button = Créer l’invitation
teams-name-fr = Nom
teams-name-ar = Nom en arabe
teams-role = Rôle
teams-where = Communes
teams-no-address = Le serveur n’a pas encore annoncé d’adresse pour les téléphones.
teams-invitation = Invitation
teams-invitation-how = Ouvrez Jawla sur le téléphone et scannez ce code, ou collez le texte. Il sert une seule fois.
teams-invitation-code = Code à scanner
teams-invitation-text = Texte de l’invitation
teams-invitation-until = Valable jusqu’au { $when }.
teams-phones = Téléphones
teams-people = Personnes
teams-people-caption = Personnes des équipes, leurs communes et leurs téléphones
teams-as-known = Comme connu au dernier contact de chaque téléphone
teams-version = Version { $version }
teams-waiting = Pas encore envoyé
teams-waiting-nothing = Rien n’attendait
teams-waiting-unknown = Pas encore annoncé
teams-waiting-as-of = au { $when }
teams-waiting-changes = { $n ->
    [one] { $n } modification
   *[other] { $n } modifications
}
teams-waiting-files = { $n ->
    [one] { $n } fichier
   *[other] { $n } fichiers
}
teams-nameless = Personne sans nom
teams-person-no-phone = Aucun téléphone pour l’instant.
teams-person-no-place = Cette personne n’a de rôle nulle part.
teams-person-nowhere = Donnez d’abord une commune à cette personne : son téléphone ne recevrait rien.
teams-another = Inviter un autre téléphone
teams-another-why = Pour un téléphone de plus, ou à la place d’un téléphone perdu. Il reçoit les communes et les rôles de la personne.
teams-revoke-or-lost = Perdu, ou droits à retirer
teams-places-caption = Rôle par commune
teams-place = Commune
teams-role-none = Plus de rôle ici
teams-add-place = Ajouter une commune
teams-add-place-button = Ajouter
teams-choose-place = Choisir…
teams-done-place = Rôle enregistré. Les téléphones de la personne l’apprennent à leur prochain contact.
teams-done-ended = Rôle retiré. Les téléphones de la personne l’apprennent à leur prochain contact.
teams-done-revoked = Droits du téléphone retirés.
desk-fault-name = Écrivez le nom de la personne, sans caractères invisibles.
desk-fault-places = Choisissez au moins une commune de la liste.
desk-fault-role = Ce rôle ne peut pas être donné ici.
desk-fault-view-name = Donnez un nom plus court à cette vue.
desk-fault-view-query = Cette vue ne peut pas être gardée.
desk-fault-views-full = Vous avez déjà cinquante vues : supprimez-en une.
