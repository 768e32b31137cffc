from django.contrib import admin

from members.admin.base import Editable
from members.models import Category, Product


@admin.register(Category)
class CategoryAdmin(Editable):
    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]


@admin.register(Product)
class ProductAdmin(Editable):
    list_display = ["sku", "name", "category"]
    list_select_related = ["category"]
    list_filter = ["category"]
    search_fields = ["sku", "name"]
    autocomplete_fields = ["category"]
