{% macro ref() %}
  {{ return(builtins.ref(*varargs).include(database=false)) }}
{% endmacro %}
