# Importing projects, in the office.
# review
office-nav-import = استيراد
# review
import-title = استيراد مشاريع
# review
import-choose = اختيار ملف
# review
import-file = ملف CSV أو XLSX
# review
import-file-hint = 8 ميغابايت و20 000 سطر على الأكثر. السطر الأول يسمي الأعمدة.
# review
import-nothing-picked = لم يُختر أي ملف
# review
import-read = قراءة الملف
# review
import-model = تحميل نموذج
# review
import-how = كيف يتم ذلك
# review
import-how-1 = تختار ملفا؛ لا شيء يسجل بعد.
# review
import-how-2 = تحدد معنى كل عمود. الأسماء المعتادة معروفة.
# review
import-how-3 = يجرب كل سطر: ترى كم مشروعا سينشأ وما الخطأ، سطرا سطرا.
# review
import-how-4 = تستورد. المشروع المسجل رقمه من قبل لا يتغير: استيراد الملف نفسه مرتين لا يغير شيئا.
# review
import-columns = أعمدة الملف
# review
import-column = العمود
# review
import-samples = القيم الأولى
# review
import-field = خانة المشروع
# review
import-skip = عدم الاستيراد
# review
import-try = تجربة
# review
import-try-hint = التجربة لا تسجل شيئا.
# review
import-back = مراجعة الأعمدة
# review
import-trial = تجربة الاستيراد
# review
import-tried = انتهت التجربة. لم يسجل شيء.
# review
import-go = استيراد
# review
import-see = عرض المشاريع
# review
import-again = اختيار الملف من جديد
# review
import-report = أسطر للتصحيح
# review
import-report-file = تحميل اللائحة
# review
import-line = السطر
# review
import-wrong = الخطأ
# review
import-whole-line = السطر كله
# review
import-page = الصفحة { $page } من { $pages }
# review
import-lines =
    { $n ->
        [zero] لا سطر
        [one] سطر واحد
        [two] سطران
        [few] { $n } أسطر
        [many] { $n } سطرا
       *[other] { $n } سطر
    }
# review
import-new =
    { $n ->
        [zero] لا مشروع جديد
        [one] مشروع جديد واحد
        [two] مشروعان جديدان
        [few] { $n } مشاريع جديدة
        [many] { $n } مشروعا جديدا
       *[other] { $n } مشروع جديد
    }
# review
import-known =
    { $n ->
        [zero] لا سطر لمشروع مسجل من قبل
        [one] سطر واحد لمشروع مسجل من قبل، لا يتغير
        [two] سطران لمشروعين مسجلين من قبل، لا يتغيران
        [few] { $n } أسطر لمشاريع مسجلة من قبل، لا تتغير
        [many] { $n } سطرا لمشاريع مسجلة من قبل، لا تتغير
       *[other] { $n } سطر لمشاريع مسجلة من قبل، لا تتغير
    }
# review
import-refused =
    { $n ->
        [zero] لا سطر للتصحيح
        [one] سطر واحد للتصحيح
        [two] سطران للتصحيح
        [few] { $n } أسطر للتصحيح
        [many] { $n } سطرا للتصحيح
       *[other] { $n } سطر للتصحيح
    }
# review
import-running =
    { $n ->
        [zero] الاستيراد جار: لم يسجل مشروع بعد. يمكنك مغادرة هذه الصفحة.
        [one] الاستيراد جار: سجل مشروع واحد. يمكنك مغادرة هذه الصفحة.
        [two] الاستيراد جار: سجل مشروعان. يمكنك مغادرة هذه الصفحة.
        [few] الاستيراد جار: سجلت { $n } مشاريع. يمكنك مغادرة هذه الصفحة.
        [many] الاستيراد جار: سجل { $n } مشروعا. يمكنك مغادرة هذه الصفحة.
       *[other] الاستيراد جار: سجل { $n } مشروع. يمكنك مغادرة هذه الصفحة.
    }
# review
import-done =
    { $n ->
        [zero] انتهى الاستيراد: لم يسجل أي مشروع.
        [one] انتهى الاستيراد: سجل مشروع واحد.
        [two] انتهى الاستيراد: سجل مشروعان.
        [few] انتهى الاستيراد: سجلت { $n } مشاريع.
        [many] انتهى الاستيراد: سجل { $n } مشروعا.
       *[other] انتهى الاستيراد: سجل { $n } مشروع.
    }
# review
import-stopped =
    { $n ->
        [zero] توقف الاستيراد بعد لا مشروع. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
        [one] توقف الاستيراد بعد مشروع واحد. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
        [two] توقف الاستيراد بعد مشروعين. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
        [few] توقف الاستيراد بعد { $n } مشاريع. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
        [many] توقف الاستيراد بعد { $n } مشروعا. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
       *[other] توقف الاستيراد بعد { $n } مشروع. لم يضع شيء: استورد الملف نفسه من جديد للباقي.
    }
# review
import-missing = ينقص عمود ل: { $fields }.
# review
import-twice = عمودان يعطيان « { $field } »: احتفظ بواحد.
# review
import-gone = لم يعد الخادم يحتفظ بهذا الملف. اختره من جديد: لم يسجل شيء.
# review
import-no-file = اختر ملف CSV أو XLSX.
# review
import-too-large = هذا الملف كبير جدا: 8 ميغابايت على الأكثر، و64 بعد فك الضغط.
# review
import-too-many-lines = هذا الملف يتجاوز 20 000 سطر: قسمه.
# review
import-too-many-columns = هذا الملف يتجاوز 200 عمود.
# review
import-line-too-long = السطر { $line } يتجاوز 64 كيلوبايت.
# review
import-old-workbook = هذا المصنف بصيغة قديمة: احفظه بصيغة XLSX أو CSV.
# review
import-not-a-table = هذا الملف ليس مصنف XLSX ولا CSV مقروءا.
# review
import-empty = لا سطر في هذا الملف تحت أسماء الأعمدة.
# review
import-field-code-das = رقم المشروع
# review
import-field-intitule-fr = العنوان بالفرنسية
# review
import-field-intitule-ar = العنوان بالعربية
# review
import-field-phase = المرحلة
# review
import-field-programme = البرنامج
# review
import-field-axe = المحور
# review
import-field-annee = السنة المالية
# review
import-field-tranche = الشطر
# review
import-field-nature = الطبيعة
# review
import-field-type-operation = نوع العملية
# review
import-field-secteur = القطاع
# review
import-field-commune = الجماعة
# review
import-field-etat = الحالة
# review
import-field-cout-global-dh = الكلفة الإجمالية بالدرهم
# review
import-field-part-indh-dh = حصة المبادرة بالدرهم
# review
import-field-maitre-ouvrage = صاحب المشروع
# review
import-field-porteur = حامل المشروع
# review
import-field-benef-directs = المستفيدون المباشرون
# review
import-field-benef-femmes = منهم نساء
# review
import-field-date-lancement-prev = الانطلاق المتوقع
# review
import-field-date-fin-prev = الانتهاء المتوقع
# review
import-field-latitude = خط العرض
# review
import-field-longitude = خط الطول
# review
import-earlier = عمليات الاستيراد السابقة
import-none = لا عمليات استيراد
# review
import-by = من طرف
# review
import-when = متى
# review
import-outcome = النتيجة
# review
import-column-known = معروفة من قبل
# review
import-column-refused = أسطر مرفوضة
# review
import-report-column = أسطر للتصحيح
# review
import-not-kept = غير محفوظة
# review
import-new-of = { $n ->
    [zero] لم يُستورد أي مشروع
    [one] استُورد مشروع واحد
    [two] استُورد مشروعان
    [few] استُوردت { $n } مشاريع
    [many] استُورد { $n } مشروعا
   *[other] استُورد { $n } مشروع
}
# review
import-cut-off = { $n ->
    [zero] توقف قبل أي مشروع
    [one] توقف بعد مشروع واحد
    [two] توقف بعد مشروعين
    [few] توقف بعد { $n } مشاريع
    [many] توقف بعد { $n } مشروعا
   *[other] توقف بعد { $n } مشروع
}
# review
import-remembered = أُخذت الأعمدة من آخر لائحة لها الأعمدة نفسها. تحقق منها قبل التجربة.
# review
import-list-file = الملف
# review
import-under-way = { $n ->
    [zero] جارٍ: لا مشروع بعد
    [one] جارٍ: مشروع واحد
    [two] جارٍ: مشروعان
    [few] جارٍ: { $n } مشاريع
    [many] جارٍ: { $n } مشروعا
   *[other] جارٍ: { $n } مشروع
}
