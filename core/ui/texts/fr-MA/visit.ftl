### Texts of the visit's form and of Envois, on the phone.

visit-title = Visite
visit-choose = Choisissez…
visit-yes = Oui
visit-no = Non
visit-value-cleared = (effacé)
visit-author-unknown = Auteur inconnu
visit-demonstration = Démonstration
visit-by = Par
visit-read-only = Vous pouvez lire cette visite, pas la modifier.
visit-before = Dernière visite : { $value }
visit-less = Un de moins
visit-more = Un de plus
visit-less-5 = Cinq points de moins
visit-more-5 = Cinq points de plus
visit-metres = m

visit-saved = Enregistré à { $time }
visit-saved-never = S’enregistre au fur et à mesure
visit-retrying = Pas encore enregistré : nouvel essai…
visit-refused = Cette saisie n’a pas pu être enregistrée.
visit-continue = Continuer

visit-ring-full = Tout y est : vous pouvez terminer
visit-ring-left = { $n ->
    [one] Il manque { $n } élément
   *[other] Il manque { $n } éléments
}

visit-field-progress-bp = Avancement physique
visit-field-planned-bp = Avancement prévu à ce jour
visit-field-no-position = Motif, si la position manque ou manque de précision
visit-field-quality = Qualité
visit-field-safety = Sécurité
visit-field-environment = Environnement
visit-field-functional = L’ouvrage fonctionne
visit-field-participants = Personnes présentes

visit-fold-lieu = Lieu et heure
visit-fold-chantier = État du chantier
visit-fold-avancement = Avancement
visit-fold-photos = Photos
visit-fold-difficultes = Difficultés et actions
visit-fold-avis = Avis de la population
visit-fold-missing = À compléter
visit-fold-empty = Rien pour l’instant

visit-grade-none = –
visit-grade-1 = 1 Mauvais
visit-grade-2 = 2 Faible
visit-grade-3 = 3 Bon
visit-grade-4 = 4 Très bon
visit-functional-none = –
visit-functional-oui = Oui
visit-functional-non = Non

visit-gps-take = Prendre la position
visit-gps-again = Reprendre la position
visit-gps-accept = Accepter cette position
visit-gps-taken = Position prise
visit-gps-none = Pas encore de position.
visit-gps-waiting = Recherche de la position…
visit-gps-poor = Position peu précise : attendez dehors et reprenez-la, ou donnez un motif.
visit-gps-denied = Le téléphone refuse la position. Autorisez-la dans ses réglages, ou donnez un motif.
visit-gps-failed = Position introuvable. Sortez à ciel ouvert et réessayez, ou donnez un motif.
visit-gps-noscript = La position ne peut pas être prise ici : donnez un motif.
visit-gps-reason-1 = À l’intérieur d’un bâtiment
visit-gps-reason-2 = Le téléphone ne trouve pas sa position
visit-gps-reason-3 = Position non autorisée
visit-gps-reason-4 = Batterie faible
visit-gps-reason-5 = Visite faite à distance

visit-photos-hint = Au moins deux photos pour des travaux. Touchez ce que vous photographiez.
visit-photos-count = { $n ->
    [0] Aucune photo
    [one] { $n } photo
   *[other] { $n } photos
}
visit-photo-add = Ajouter
visit-photo-remove = Retirer
visit-photo-removed = Photo retirée.
visit-photo-saving = Enregistrement de la photo…
visit-photo-failed = La photo n’a pas pu être enregistrée.
visit-photo-place = Photo { $place } sur { $all }
visit-photo-others = Autres photos de la visite
visit-photo-elsewhere = Cette photo n’est pas encore sur ce téléphone.

visit-difficulties = Difficultés rencontrées
visit-difficulty-note = Précision
visit-actions = Actions à mener
visit-actions-count = { $n ->
    [one] { $n } action
   *[other] { $n } actions
}
visit-action-new = Ajouter une action
visit-action-what = Quoi
visit-action-who = Qui
visit-action-when = Pour quand
visit-action-until = avant le
visit-action-add = Ajouter

visit-supervisor = Le superviseur :
visit-returned-title = Visite à corriger
visit-after-approval = Visite validée. Ce que vous changez maintenant sera montré comme postérieur à la validation.
visit-clash-keep = Garder

visit-undo-short = Annuler
visit-leave-draft = Garder en brouillon et quitter
visit-done = Retour au projet
visit-missing-title = Il reste à compléter
visit-missing-kept = Tout ce que vous avez saisi est gardé. Vous pouvez aussi quitter et revenir plus tard.
visit-finished-title = Visite terminée
visit-finished-1 = Elle est enregistrée sur ce téléphone.
visit-finished-2 = Elle part toute seule au prochain réseau : textes d’abord, photos ensuite.
visit-finished-3 = Le superviseur la valide ou vous la renvoie à corriger. Vous pouvez encore la modifier.
visit-to-project = Voir le projet
visit-to-sending = Voir les envois

visit-delete = Supprimer ce brouillon
visit-delete-title = Supprimer le brouillon
visit-delete-what = Ce brouillon de visite va être supprimé, avec ses photos. Les autres visites du projet ne changent pas.
visit-delete-yes = Supprimer le brouillon
visit-delete-no = Garder le brouillon

visit-sending-all = Tout est arrivé
visit-sending-contact = Dernier contact avec la province
visit-sending-never = Pas encore de contact
visit-sending-words = Reçu à quatre mots
visit-sending-words-hint = Ces quatre mots sont aussi à l’écran de la province : comparez-les par téléphone.
visit-sending-first = { $n ->
    [0] Premier téléchargement…
    [one] Premier téléchargement : { $n } projet est là
   *[other] Premier téléchargement : { $n } projets sont là
}
visit-sending-bar-texts = Textes : { $done } envoyés, reste { $left }
visit-sending-bar-photos = Photos : { $done } sur { $total }, reste { $left }
visit-sending-received = { $size } reçus
visit-sending-may-leave = Vous pouvez quitter cette page.
visit-sending-stop = Arrêter
visit-sending-again = { $n ->
    [one] Nouvel essai dans une minute.
   *[other] Nouvel essai dans { $n } minutes.
}
visit-sending-rolled-back = Ce téléphone a été restauré d’une copie : inscrivez-le de nouveau pour envoyer. Rien n’est perdu.
visit-sending-withdrawn = La province a retiré les droits de ce téléphone. Votre travail est gardé ici.
visit-sending-paused = Les envois sont en pause. Tout reste sur ce téléphone.
visit-sending-waiting = En attente d’envoi
visit-sending-records = { $n ->
    [one] { $n } élément
   *[other] { $n } éléments
}
visit-sending-texts = textes { $size }
visit-sending-photos = { $n ->
    [0] aucune photo
    [one] { $n } photo, { $size }
   *[other] { $n } photos, { $size }
}
visit-sending-more = { $n ->
    [one] Et { $n } autre élément.
   *[other] Et { $n } autres éléments.
}
visit-sending-project = Fiche du projet
visit-sending-unknown = Projet qui n’est pas sur ce téléphone
visit-sending-retry = Réessayer les photos en échec
visit-sending-asides = Mis de côté
visit-sending-aside = Mis de côté : { $reason }
visit-sending-quarantined = Un superviseur va trancher. Le reste continue de partir.
visit-sending-refused = C’est gardé sur ce téléphone. Le reste continue de partir.
visit-sending-reopen = Rouvrir comme brouillon
visit-sending-settings = Réglages
visit-sending-free-link = Photos en Wi-Fi seulement
visit-sending-pause = Mettre les envois en pause
visit-sending-pause-hint = Rien ne part tant que la pause dure.
visit-sending-total = { $records } : { $texts }, { $photos }
