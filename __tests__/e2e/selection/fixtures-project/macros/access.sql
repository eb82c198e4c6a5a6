{% macro grant_to_bi() %}grant select on {{ this }} to role bi{% endmacro %}
