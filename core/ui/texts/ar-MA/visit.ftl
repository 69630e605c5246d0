### Texts of the visit's form and of Envois, on the phone.

# review
visit-title = زيارة
# review
visit-choose = اختر…
visit-yes = نعم
visit-no = لا
# review
visit-value-cleared = (تم المسح)
# review
visit-author-unknown = صاحب غير معروف
# review
visit-demonstration = معطيات تجريبية
# review
visit-by = من طرف
# review
visit-read-only = يمكنك قراءة هذه الزيارة دون تعديلها.
# review
visit-before = الزيارة السابقة: { $value }
# review
visit-less = أقل بواحد
# review
visit-more = أكثر بواحد
# review
visit-less-5 = أقل بخمس نقط
# review
visit-more-5 = أكثر بخمس نقط
# review
visit-metres = م
# review
visit-saved = تم الحفظ على الساعة { $time }
# review
visit-saved-never = يتم الحفظ تلقائيا أثناء الكتابة
# review
visit-retrying = لم يتم الحفظ بعد: محاولة جديدة…
# review
visit-refused = تعذر حفظ هذا الإدخال.
# review
visit-continue = متابعة
# review
visit-ring-full = كل شيء جاهز: يمكنك إنهاء الزيارة
# review
visit-ring-left = { $n ->
    [zero] لا ينقص أي عنصر
    [one] ينقص عنصر واحد
    [two] ينقص عنصران
    [few] تنقص { $n } عناصر
    [many] ينقص { $n } عنصرا
   *[other] ينقص { $n } عنصر
}
visit-field-progress-bp = الإنجاز المادي
# review
visit-field-planned-bp = الإنجاز المتوقع إلى اليوم
# review
visit-field-no-position = السبب إذا غاب الموقع أو كان غير دقيق
# review
visit-field-quality = الجودة
# review
visit-field-safety = السلامة
# review
visit-field-environment = البيئة
# review
visit-field-functional = المنشأة مشغلة
# review
visit-field-participants = الحاضرون
# review
visit-fold-lieu = المكان والوقت
visit-fold-chantier = حالة الورش
# review
visit-fold-avancement = الإنجاز
# review
visit-fold-photos = الصور
visit-fold-difficultes = الصعوبات والإجراءات
visit-fold-avis = رأي الساكنة
# review
visit-fold-missing = يجب إتمامه
# review
visit-fold-empty = لا شيء حتى الآن
visit-grade-none = –
# review
visit-grade-1 = 1 سيئ
# review
visit-grade-2 = 2 ضعيف
# review
visit-grade-3 = 3 جيد
# review
visit-grade-4 = 4 جيد جدا
visit-functional-none = –
# review
visit-functional-oui = نعم
# review
visit-functional-non = لا
# review
visit-gps-take = تحديد الموقع
# review
visit-gps-again = إعادة تحديد الموقع
# review
visit-gps-accept = قبول هذا الموقع
# review
visit-gps-taken = تم تحديد الموقع
# review
visit-gps-none = لم يحدد الموقع بعد.
# review
visit-gps-waiting = جارٍ تحديد الموقع…
# review
visit-gps-poor = الموقع غير دقيق: انتظر في الخارج وأعد تحديده، أو اذكر السبب.
# review
visit-gps-denied = الهاتف يرفض تحديد الموقع. اسمح به في الإعدادات، أو اذكر السبب.
# review
visit-gps-failed = تعذر تحديد الموقع. اخرج إلى مكان مكشوف وأعد المحاولة، أو اذكر السبب.
# review
visit-gps-noscript = لا يمكن تحديد الموقع هنا: اذكر السبب.
# review
visit-gps-reason-1 = داخل بناية
# review
visit-gps-reason-2 = الهاتف لا يجد موقعه
# review
visit-gps-reason-3 = الموقع غير مسموح به
# review
visit-gps-reason-4 = بطارية ضعيفة
# review
visit-gps-reason-5 = زيارة تمت عن بعد
# review
visit-photos-hint = صورتان على الأقل للأشغال. المس ما تريد تصويره.
# review
visit-photos-count = { $n ->
    [zero] لا صور
    [one] صورة واحدة
    [two] صورتان
    [few] { $n } صور
    [many] { $n } صورة
   *[other] { $n } صورة
}
# review
visit-photo-add = إضافة
# review
visit-photo-remove = إزالة
# review
visit-photo-removed = تمت إزالة الصورة.
# review
visit-photo-saving = جارٍ حفظ الصورة…
# review
visit-photo-failed = تعذر حفظ الصورة.
# review
visit-photo-place = الصورة { $place } من { $all }
# review
visit-photo-others = صور أخرى للزيارة
# review
visit-photo-elsewhere = هذه الصورة ليست بعد في هذا الهاتف.
visit-difficulties = الصعوبات
# review
visit-difficulty-note = توضيح
visit-actions = الإجراءات
# review
visit-actions-count = { $n ->
    [zero] لا إجراءات
    [one] إجراء واحد
    [two] إجراءان
    [few] { $n } إجراءات
    [many] { $n } إجراء
   *[other] { $n } إجراء
}
# review
visit-action-new = إضافة إجراء
# review
visit-action-what = ماذا
# review
visit-action-who = من
# review
visit-action-when = متى
# review
visit-action-until = قبل
# review
visit-action-add = إضافة
# review
visit-supervisor = المشرف:
visit-returned-title = زيارة للتصحيح
# review
visit-after-approval = زيارة مصادق عليها. كل تغيير الآن سيظهر بعد المصادقة.
# review
visit-clash-keep = اختيار
# review
visit-undo-short = تراجع
# review
visit-leave-draft = الاحتفاظ بالمسودة والخروج
# review
visit-done = العودة إلى المشروع
# review
visit-missing-title = بقي ما يجب إتمامه
# review
visit-missing-kept = كل ما أدخلته محفوظ. يمكنك أيضا الخروج والعودة لاحقا.
# review
visit-finished-title = انتهت الزيارة
# review
visit-finished-1 = هي محفوظة في هذا الهاتف.
# review
visit-finished-2 = ترسل تلقائيا عند توفر الشبكة: النصوص أولا ثم الصور.
# review
visit-finished-3 = يصادق عليها المشرف أو يعيدها إليك للتصحيح. يمكنك تعديلها دائما.
# review
visit-to-project = عرض المشروع
# review
visit-to-sending = عرض الإرسال
# review
visit-delete = حذف هذه المسودة
# review
visit-delete-title = حذف المسودة
# review
visit-delete-what = ستحذف مسودة الزيارة مع صورها. لا تتغير الزيارات الأخرى للمشروع.
# review
visit-delete-yes = حذف المسودة
# review
visit-delete-no = الاحتفاظ بالمسودة
visit-sending-all = وصل كل شيء
# review
visit-sending-contact = آخر اتصال بالعمالة
# review
visit-sending-never = لا اتصال بعد
# review
visit-sending-words = وصل بأربع كلمات
# review
visit-sending-words-hint = تظهر هذه الكلمات الأربع على شاشة العمالة أيضا: قارنوها عبر الهاتف.
# review
visit-sending-first = { $n ->
    [zero] التحميل الأول…
    [one] التحميل الأول: وصل مشروع واحد
    [two] التحميل الأول: وصل مشروعان
    [few] التحميل الأول: وصلت { $n } مشاريع
    [many] التحميل الأول: وصل { $n } مشروعا
   *[other] التحميل الأول: وصل { $n } مشروع
}
# review
visit-sending-bar-texts = النصوص: أُرسل { $done }، بقي { $left }
# review
visit-sending-bar-photos = الصور: { $done } من { $total }، بقي { $left }
# review
visit-sending-received = تم استلام { $size }
# review
visit-sending-may-leave = يمكنك مغادرة هذه الصفحة.
# review
visit-sending-stop = إيقاف
# review
visit-sending-again = { $n ->
    [zero] محاولة جديدة الآن.
    [one] محاولة جديدة بعد دقيقة.
    [two] محاولة جديدة بعد دقيقتين.
    [few] محاولة جديدة بعد { $n } دقائق.
    [many] محاولة جديدة بعد { $n } دقيقة.
   *[other] محاولة جديدة بعد { $n } دقيقة.
}
# review
visit-sending-rolled-back = استُرجع هذا الهاتف من نسخة: سجله من جديد لتتمكن من الإرسال. لم يضع شيء.
# review
visit-sending-withdrawn = سحبت العمالة حقوق هذا الهاتف. عملك محفوظ هنا.
# review
visit-sending-paused = الإرسال متوقف مؤقتا. كل شيء محفوظ في هذا الهاتف.
# review
visit-sending-waiting = في انتظار الإرسال
# review
visit-sending-records = { $n ->
    [zero] لا عناصر
    [one] عنصر واحد
    [two] عنصران
    [few] { $n } عناصر
    [many] { $n } عنصرا
   *[other] { $n } عنصر
}
# review
visit-sending-texts = نصوص { $size }
# review
visit-sending-photos = { $n ->
    [zero] بدون صور
    [one] صورة واحدة، { $size }
    [two] صورتان، { $size }
    [few] { $n } صور، { $size }
    [many] { $n } صورة، { $size }
   *[other] { $n } صورة، { $size }
}
# review
visit-sending-more = { $n ->
    [zero] لا عناصر أخرى.
    [one] وعنصر آخر.
    [two] وعنصران آخران.
    [few] و{ $n } عناصر أخرى.
    [many] و{ $n } عنصرا آخر.
   *[other] و{ $n } عنصر آخر.
}
# review
visit-sending-project = بطاقة المشروع
# review
visit-sending-unknown = مشروع غير موجود في هذا الهاتف
# review
visit-sending-retry = إعادة محاولة إرسال الصور
# review
visit-sending-asides = وُضع جانبا
visit-sending-aside = وُضع جانبا: { $reason }
# review
visit-sending-quarantined = سيبت فيه مشرف. يستمر إرسال الباقي.
# review
visit-sending-refused = هو محفوظ في هذا الهاتف. يستمر إرسال الباقي.
# review
visit-sending-reopen = إعادة الفتح كمسودة
# review
visit-sending-settings = الإعدادات
# review
visit-sending-free-link = الصور عبر الواي فاي فقط
# review
visit-sending-pause = إيقاف الإرسال مؤقتا
# review
visit-sending-pause-hint = لا يرسل شيء خلال الإيقاف.
# review
visit-sending-total = { $records }: { $texts }، { $photos }
