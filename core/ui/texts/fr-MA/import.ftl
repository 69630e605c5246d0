# Importing projects, in the office.
office-nav-import = Importer
import-title = Importer des projets
import-choose = Choisir un fichier
import-file = Fichier CSV ou XLSX
import-file-hint = 8 Mo et 20 000 lignes au plus. La première ligne nomme les colonnes.
import-nothing-picked = Aucun fichier choisi
import-read = Lire le fichier
import-model = Télécharger un modèle
import-how = Comment cela se passe
import-how-1 = Vous choisissez un fichier ; rien n’est encore enregistré.
import-how-2 = Vous dites quelle colonne est quoi. Les noms habituels sont reconnus.
import-how-3 = Chaque ligne est essayée : vous voyez combien de projets seront créés et ce qui ne va pas, ligne par ligne.
import-how-4 = Vous importez. Un projet dont le numéro est déjà enregistré n’est pas modifié : le même fichier importé deux fois ne change rien.
import-columns = Colonnes du fichier
import-column = Colonne
import-samples = Premières valeurs
import-field = Champ du projet
import-skip = Ne pas importer
import-try = Essayer
import-try-hint = L’essai n’enregistre rien.
import-back = Revoir les colonnes
import-trial = Essai de l’import
import-tried = Essai terminé. Rien n’est enregistré.
import-go = Importer
import-see = Voir les projets
import-again = Choisir à nouveau le fichier
import-report = Lignes à corriger
import-report-file = Télécharger la liste
import-line = Ligne
import-wrong = Ce qui ne va pas
import-whole-line = Toute la ligne
import-page = Page { $page } sur { $pages }
import-lines =
    { $n ->
        [one] { $n } ligne
       *[other] { $n } lignes
    }
import-new =
    { $n ->
        [0] Aucun nouveau projet
        [one] { $n } nouveau projet
       *[other] { $n } nouveaux projets
    }
import-known =
    { $n ->
        [one] { $n } ligne d’un projet déjà enregistré, qui n’est pas modifié
       *[other] { $n } lignes de projets déjà enregistrés, qui ne sont pas modifiés
    }
import-refused =
    { $n ->
        [one] { $n } ligne à corriger
       *[other] { $n } lignes à corriger
    }
import-running =
    { $n ->
        [one] Import en cours : { $n } projet enregistré. Vous pouvez quitter cette page.
       *[other] Import en cours : { $n } projets enregistrés. Vous pouvez quitter cette page.
    }
import-done =
    { $n ->
        [one] Import terminé : { $n } projet enregistré.
       *[other] Import terminé : { $n } projets enregistrés.
    }
import-stopped =
    { $n ->
        [one] Import interrompu après { $n } projet. Rien n’est perdu : importez à nouveau le même fichier pour le reste.
       *[other] Import interrompu après { $n } projets. Rien n’est perdu : importez à nouveau le même fichier pour le reste.
    }
import-missing = Il manque une colonne pour : { $fields }.
import-twice = Deux colonnes donnent « { $field } » : gardez-en une.
import-gone = Ce fichier n’est plus gardé par le serveur. Choisissez-le à nouveau : rien n’avait été enregistré.
import-no-file = Choisissez un fichier CSV ou XLSX.
import-too-large = Ce fichier est trop grand : 8 Mo au plus, 64 Mo une fois décompressé.
import-too-many-lines = Ce fichier a plus de 20 000 lignes : partagez-le.
import-too-many-columns = Ce fichier a plus de 200 colonnes.
import-line-too-long = La ligne { $line } dépasse 64 Ko.
import-old-workbook = Ce classeur est d’un ancien format (.xls) : enregistrez-le en .xlsx ou en CSV.
import-not-a-table = Ce fichier n’est ni un classeur XLSX ni un CSV lisible.
import-empty = Ce fichier n’a aucune ligne sous celle des noms de colonnes.
import-field-code-das = Numéro du projet
import-field-intitule-fr = Intitulé
import-field-intitule-ar = Intitulé en arabe
import-field-phase = Phase
import-field-programme = Programme
import-field-axe = Axe
import-field-annee = Exercice
import-field-tranche = Tranche
import-field-nature = Nature
import-field-type-operation = Type d’opération
import-field-secteur = Secteur
import-field-commune = Commune
import-field-etat = État
import-field-cout-global-dh = Coût global, en dirhams
import-field-part-indh-dh = Part INDH, en dirhams
import-field-maitre-ouvrage = Maître d’ouvrage
import-field-porteur = Porteur
import-field-benef-directs = Bénéficiaires directs
import-field-benef-femmes = Dont femmes
import-field-date-lancement-prev = Lancement prévu
import-field-date-fin-prev = Achèvement prévu
import-field-latitude = Latitude
import-field-longitude = Longitude
import-earlier = Imports précédents
import-none = Aucun import
import-by = Par
import-when = Quand
import-outcome = Résultat
import-column-known = Déjà connus
import-column-refused = Lignes refusées
import-report-column = Lignes à corriger
import-not-kept = non gardées
import-new-of = { $n ->
    [one] { $n } projet importé
   *[other] { $n } projets importés
}
import-cut-off = { $n ->
    [one] Interrompu après { $n } projet
   *[other] Interrompu après { $n } projets
}
import-remembered = Colonnes reprises de la dernière liste qui avait les mêmes. Vérifiez-les avant l’essai.
import-list-file = Fichier
import-under-way = { $n ->
    [one] En cours : { $n } projet
   *[other] En cours : { $n } projets
}
