# Visits in the office: feed, record, review.
desk-visits-total = { $n ->
    [one] { $n } visite
   *[other] { $n } visites
}
desk-visits-filter = Filtrer les visites
desk-visits-all = Toutes
desk-visits-none = Aucune visite sur la période
desk-pages = Pages
desk-newer = Plus récentes
desk-older = Plus anciennes
desk-visit = Visite
desk-received = reçue le { $when }
desk-changed-since = Modifiée depuis la validation
desk-comment = Ce qu’il faut corriger
desk-comment-field = Champ concerné
desk-comment-whole = Toute la visite
desk-comment-needed = Écrivez ce qu’il faut corriger : c’est ce que l’auteur lira sur son téléphone.
desk-before = avant : { $value }
desk-compared = Comparée à la visite du { $day }.
desk-actions = Actions à mener
desk-queue-total = { $n ->
    [0] Rien n’attend
    [one] { $n } visite attend
   *[other] { $n } visites attendent
}
desk-queue-none = Rien à valider
desk-queue-choose = Choisissez une visite dans la liste.
desk-done-approved = Visite validée.
desk-done-returned = Visite renvoyée : elle apparaît sous « À corriger » sur le téléphone de son auteur.
desk-done-look = Revoir cette visite
desk-done-taken-back = Décision annulée : la visite est de nouveau comme avant.
desk-undo = Annuler
