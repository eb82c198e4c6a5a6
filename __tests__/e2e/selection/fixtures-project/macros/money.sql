{% macro cents_to_dollars(column) %}{{ round_money(column ~ ' / 100') }}{% endmacro %}

{% macro round_money(expression) %}round({{ expression }}, 2){% endmacro %}
