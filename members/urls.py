from django.urls import path

from members.views import (
    import_check,
    import_presets,
    imports,
    look_up,
    member_list,
    member_page,
    order_list,
    order_page,
)

app_name = "members"
urlpatterns = [
    path("", member_list.page, name="list"),
    path("members.csv", member_list.csv_file, name="list-csv"),
    path("orders/", order_list.page, name="orders"),
    path("orders/orders.csv", order_list.csv_file, name="orders-csv"),
    path("orders/<int:order_id>/", order_page.page, name="order"),
    path("imports/", imports.listing, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/templates/<str:kind>.csv", imports.template, name="import-template"),
    path("imports/presets/<int:preset_id>/rename/", import_presets.rename, name="import-preset-rename"),
    path("imports/presets/<int:preset_id>/delete/", import_presets.delete, name="import-preset-delete"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import-columns"),
    path("imports/<int:pk>/check/", imports.check, name="import-check"),
    path("imports/<int:pk>/read-again/", imports.reread, name="import-reread"),
    path("imports/<int:pk>/decide/", import_check.settle, name="import-decide"),
    path("imports/<int:pk>/save-preset/", import_presets.save, name="import-save-preset"),
    path("imports/<int:pk>/start/", imports.start, name="import-start"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<int:pk>/resume/", imports.resume, name="import-resume"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/rejected.csv", imports.rejected, name="import-rejected"),
    path("look-up/", look_up.page, name="look-up"),
    path("exclusions/<int:exclusion_id>/end/", member_page.end_exclusion, name="exclusion-end"),
    path("exclusions/<int:exclusion_id>/withdraw/", member_page.withdraw_exclusion, name="exclusion-withdraw"),
    path("id/<int:member_id>/", member_page.page_by_id, name="page-by-id"),
    path("id/<int:member_id>/exclude/", member_page.exclude, name="exclude"),
    path("<str:number>/", member_page.page, name="page"),  # last: it takes any word
]
