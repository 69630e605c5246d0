### Texts that both the phone and the office show.

## The product, words of every page

product = Jawla
search = Rechercher
clear = Effacer
cancel = Annuler
save = Enregistrer
back = Retour
close = Fermer
open = Ouvrir
yes = Oui
no = Non
unknown = Non connu
retry = Réessayer
skip = Aller au contenu
language-switch = Langue
demo-banner = Données de démonstration
demo-why = Aucun de ces projets n’existe.

## Pages of a list

pager-label = Pages de la liste
pager-previous = Précédente
pager-next = Suivante
pager-line = { $from } à { $to } sur { $total }

## Tabs and actions of the phone

tab-todo = À faire
tab-projects = Projets
tab-send = Envois
tab-me = Moi
act-new = Nouvelle visite
act-done = Terminer la visite
act-photo = Prendre une photo
act-voice = Note vocale
act-sync = Envoyer maintenant
act-undo = Annuler la dernière action
act-asbefore = Comme la dernière visite

## The words of a record

word-draft = Brouillon
word-phone = Enregistré sur ce téléphone
word-received = Reçu par la province
word-returned = À corriger
word-approved = Validé
word-clash = À départager
word-aside = Mis de côté : { $reason }

## The link and the position

net-off = Hors ligne : tout continue de marcher
net-run = Envoi en cours… { $done }/{ $total }
net-ok = Tout est arrivé à { $time }
net-old = { $n ->
    [one] Pas de contact depuis { $n } jour
   *[other] Pas de contact depuis { $n } jours
}
net-err = Envoi interrompu, reprise automatique
gps-wait = Recherche de la position… ± { $accuracy }
gps-take = Accepter avec motif
fld-phys = Avancement physique
fld-fin = Avancement financier
fld-state = État du chantier
fld-prob = Difficultés
err-space = Il reste { $size } : libérez de l’espace
err-old = Mettez à jour « Android System WebView »

## The office

office-queue = À valider
office-age = Données reçues jusqu’au { $date }
office-approve = Valider
office-return = Renvoyer

## Dates

date-unknown = date inconnue
ago-now = à l’instant
ago-minutes = { $n ->
    [one] il y a { $n } minute
   *[other] il y a { $n } minutes
}
ago-hours = { $n ->
    [one] il y a { $n } heure
   *[other] il y a { $n } heures
}
ago-yesterday = hier
ago-days = { $n ->
    [one] il y a { $n } jour
   *[other] il y a { $n } jours
}
ago-months = { $n ->
    [one] il y a { $n } mois
   *[other] il y a { $n } mois
}
ago-years = { $n ->
    [one] il y a { $n } an
   *[other] il y a { $n } ans
}
ago-date = le { $day }

## Why what waits is not on its way: what happens, what to do

why-next-exchange = Partira au prochain envoi. Rien à faire.
why-under-way = Envoi en cours. Vous pouvez continuer.
why-being-typed = Saisie en cours. Partira quand vous quitterez l’écran.
why-no-network = Pas de réseau. Partira dès qu’il reviendra ; continuez.
why-unreachable = La province ne répond pas. L’application réessaie seule.
why-not-our-server = Ce réseau demande une connexion ou bloque l’envoi. Ouvrez sa page d’accueil ou changez de réseau.
why-untrusted = Le serveur n’est pas celui de votre inscription : rien n’a été envoyé. Prévenez la province.
why-cut = Liaison coupée. L’envoi reprendra là où il s’est arrêté.
why-server-busy = La province est occupée. L’application réessaie seule.
why-server-failed = La province n’a pas pu prendre l’envoi. L’application réessaie ; si cela dure, prévenez-la.
why-waits-for-free-link = Les photos attendent le Wi-Fi. Vous pouvez les envoyer tout de suite avec les données mobiles.
why-paused = Vous avez suspendu l’envoi. Reprenez quand vous voulez.
why-file-failed = Le fichier est arrivé abîmé deux fois. Touchez pour réessayer.
why-must-enrol = Ce téléphone doit être inscrit de nouveau. Demandez une invitation à la province.

## Why an order was not carried out

fault-not-found = Ce dossier n’est pas ici. Cherchez-le de nouveau dans la liste.
fault-changed = Une valeur a changé entre-temps. Relisez la page, puis recommencez.
fault-bad-value = Une valeur ne convient pas. Corrigez le champ indiqué.
fault-rules-broken = Il reste des points à compléter. Ils sont indiqués dans le formulaire.
fault-bad-photo = Cette photo ne peut pas être prise. Choisissez-en une autre.
fault-too-much = Ce dossier est plein. Commencez une autre visite.
fault-not-undoable = Il n’y a rien à annuler, ou quelqu’un a modifié depuis.
fault-not-enrolled = Ce téléphone doit d’abord être inscrit. Demandez une invitation à la province.
fault-not-allowed = Vous n’avez pas le droit de faire cela. Demandez à votre responsable.
fault-storage-full = Il n’y a plus de place. Libérez de l’espace, puis recommencez.
fault-busy = Le téléphone est occupé. Recommencez dans un instant.
fault-store = L’enregistrement a échoué. Recommencez ; si cela dure, prévenez la province.
photo-fault-not-a-photo = Ce fichier n’est pas une photo (JPEG ou PNG).
photo-fault-too-large = La photo est trop grande. Prenez-la avec une qualité plus basse.
photo-fault-damaged = La photo est abîmée. Prenez-en une autre.
enrol-fault-not-an-invitation = Ce texte n’est pas une invitation entière. Copiez-la de nouveau.
enrol-fault-expired = Cette invitation a déjà servi ou n’est plus valable. Demandez-en une autre.
enrol-fault-unreachable = La province ne répond pas. Vérifiez le réseau, puis réessayez.
enrol-fault-not-our-server = Un autre serveur répond à sa place. Changez de réseau ou prévenez la province.
enrol-fault-storage-full = Il n’y a plus de place sur le téléphone. Libérez de l’espace, puis réessayez.
enrol-fault-refused = La province a refusé l’inscription. Appelez-la.
enrol-fault-defect = L’inscription a échoué. Réessayez ; si cela dure, prévenez la province.
value-error-wrong-type = La valeur n’est pas du type attendu.
value-error-control-character = Le texte contient des caractères invisibles : retapez-le.
value-error-unknown-code = Ce code n’est pas dans la liste.
value-error-out-of-bounds = Ce nombre n’est pas possible ici.
value-error-malformed = Cette valeur n’a pas la forme attendue.
value-error-too-long = { $n ->
    [one] Le texte dépasse { $n } caractère : raccourcissez-le.
   *[other] Le texte dépasse { $n } caractères : raccourcissez-le.
}

## Why a change was not accepted

reason-UNKNOWN = Motif inconnu de cette version de l’application.
reason-TOO_LARGE = La modification est trop grande.
reason-NOT_A_CHANGE = Le contenu reçu n’est pas une modification lisible.
reason-WRONG_HASH = Le contenu reçu ne correspond pas à son empreinte.
reason-BAD_HEADER = L’en-tête de la modification n’est pas valable.
reason-MISSING_DEPENDENCY = La modification s’appuie sur une autre qui manque.
reason-WRONG_ACTOR = La modification n’a pas été écrite par ce téléphone.
reason-FORK = Deux modifications différentes portent le même numéro.
reason-WRONG_ORDER = La modification n’est pas à sa place dans la suite de son auteur.
reason-TOO_MANY_OPERATIONS = La modification contient trop d’opérations.
reason-BAD_COLUMNS = Le contenu de la modification est mal formé.
reason-UNREADABLE = La modification n’a pas pu être lue sans risque.
reason-NOT_CANONICAL = La modification ne se relit pas à l’identique.
reason-ROLE = Ce rôle n’a pas le droit d’écrire ici.
reason-OUTSIDE_VISIT = Une visite n’écrit qu’en elle-même.
reason-SCHEMA = La modification sort du cadre du dossier.
reason-SKELETON = Le début du dossier n’est pas celui attendu.
reason-DOCUMENT_TOO_LARGE = Le dossier dépasserait la taille permise.
reason-DEPENDS = La modification s’appuie sur une autre qui n’a pas été acceptée.
reason-MEMBERSHIP_ENDED = L’auteur n’était plus membre à l’arrivée.
reason-CLONED = Ce téléphone existe en double.
reason-UNPROVED = Rien ne prouve que cette suite avait été acceptée.
reason-NEVER_ALLOWED = L’auteur n’a jamais eu le droit d’écrire ici.
reason-SIGNATURE = La signature n’est pas valable.
reason-REVOKED = Les droits de ce téléphone ont été retirés.
reason-UNKNOWN_KIND = Ce genre d’entrée n’est pas accepté d’un téléphone.
