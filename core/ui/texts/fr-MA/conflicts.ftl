# Texts: conflicts
conflicts-none = Aucun désaccord
conflicts-none-why = Deux valeurs écrites en même temps pour un même champ apparaîtront ici.
conflicts-total = { $n ->
    [one] { $n } désaccord
   *[other] { $n } désaccords
}
conflicts-all = Voir tous les projets
conflicts-page = Page { $page } sur { $of }
conflicts-done = Le désaccord est départagé.
conflicts-changed = Les valeurs ont changé depuis leur affichage. Relisez-les, puis choisissez de nouveau.
conflicts-gone = Ce désaccord n’est plus ouvert : il a peut-être été départagé entre-temps.
conflicts-not-allowed = Votre rôle ne permet pas de départager ce champ.
conflicts-weighty = Les totaux qui comptent ce chiffre portent cette marque jusqu’à ce qu’il soit départagé.
conflicts-visit = Visite du { $instant } ({ $kind })
conflicts-visit-unknown = Champ d’une visite
conflicts-newer = Champ d’une version plus récente
conflicts-value = Valeur
conflicts-author = Auteur
conflicts-when = Saisie et réception
conflicts-received = reçue le { $instant }
conflicts-not-received = pas encore reçue
conflicts-choose = Retenir
conflicts-other = Autre valeur
conflicts-save = Retenir cette valeur
