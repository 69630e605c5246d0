# Visits in the office: feed, record, review.
# review
desk-visits-total = { $n ->
    [zero] لا زيارات
    [one] زيارة واحدة
    [two] زيارتان
    [few] { $n } زيارات
    [many] { $n } زيارة
   *[other] { $n } زيارة
}
# review
desk-visits-filter = تصفية الزيارات
# review
desk-visits-all = الكل
desk-visits-none = لا زيارات في هذه الفترة
# review
desk-pages = الصفحات
# review
desk-newer = الأحدث
# review
desk-older = الأقدم
desk-visit = زيارة
# review
desk-received = تم التوصل بها في { $when }
# review
desk-changed-since = عُدّلت بعد المصادقة
# review
desk-comment = ما يجب تصحيحه
# review
desk-comment-field = الخانة المعنية
# review
desk-comment-whole = الزيارة كلها
# review
desk-comment-needed = اكتب ما يجب تصحيحه: هذا ما سيقرؤه صاحب الزيارة في هاتفه.
# review
desk-before = سابقا: { $value }
# review
desk-compared = بالمقارنة مع زيارة { $day }.
# review
desk-actions = إجراءات يجب القيام بها
# review
desk-queue-total = { $n ->
    [zero] لا شيء في الانتظار
    [one] زيارة واحدة في الانتظار
    [two] زيارتان في الانتظار
    [few] { $n } زيارات في الانتظار
    [many] { $n } زيارة في الانتظار
   *[other] { $n } زيارة في الانتظار
}
desk-queue-none = لا شيء في انتظار المصادقة
# review
desk-queue-choose = اختر زيارة من اللائحة.
# review
desk-done-approved = تمت المصادقة على الزيارة.
# review
desk-done-returned = أُرجعت الزيارة: ستظهر ضمن «للتصحيح» في هاتف صاحبها.
# review
desk-done-look = مراجعة هذه الزيارة
# review
desk-done-taken-back = أُلغي القرار: عادت الزيارة كما كانت.
desk-undo = تراجع
