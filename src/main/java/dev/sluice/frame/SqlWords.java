package dev.sluice.frame;

import dev.sluice.config.Aggregates;
import dev.sluice.core.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The words that an expression may use: functions whose answer follows from their arguments alone. */
final class SqlWords {
    /** What may be aggregated; where, is for others to say. */
    static final Set<String> AGGREGATES = Aggregates.OF_WINDOWS;

    /** Spark's built-in scalar functions that are deterministic, read nothing and call nothing outside. */
    private static final Set<String> FUNCTIONS = names(
            """
            add_months convert_timezone date date_add date_diff date_format date_from_unix_date date_part date_sub date_trunc
            dateadd datediff datepart day dayofmonth dayofweek dayofyear extract from_unixtime from_utc_timestamp hour last_day
            make_date make_dt_interval make_interval make_timestamp make_ym_interval minute month months_between next_day
            quarter second timestamp timestamp_micros timestamp_millis timestamp_seconds to_date to_timestamp
            to_utc_timestamp trunc try_to_timestamp unix_date unix_micros unix_millis unix_seconds weekday weekofyear
            window_time year

            ascii base64 bit_length btrim char char_length character_length chr concat concat_ws contains decode elt encode
            endswith find_in_set format_number format_string initcap instr lcase left len length levenshtein like locate
            lower lpad ltrim mask octet_length overlay parse_url position printf regexp regexp_count regexp_extract
            regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr repeat replace right rlike rpad rtrim
            sentences soundex space split split_part startswith substr substring substring_index to_binary to_char to_number
            translate trim try_to_binary try_to_number ucase unbase64 unhex upper url_decode url_encode hex

            abs acos acosh asin asinh atan atan2 atanh bin bround bit_count bit_get cbrt ceil ceiling conv cos cosh cot csc
            degrees div e exp expm1 factorial floor getbit greatest hypot ln log log10 log1p log2 least mod negative pi pmod
            positive pow power radians rint round sec shiftleft shiftright shiftrightunsigned sign signum sin sinh sqrt tan
            tanh try_add try_divide try_multiply try_subtract width_bucket

            coalesce if ifnull nanvl nullif nvl nvl2 isnan isnotnull isnull equal_null when

            bigint binary boolean decimal double float int smallint string tinyint

            array array_append array_compact array_contains array_distinct array_except array_insert array_intersect array_join
            array_max array_min array_position array_prepend array_remove array_repeat array_size array_sort array_union
            arrays_overlap arrays_zip cardinality element_at flatten get map map_concat map_contains_key map_entries
            map_filter map_from_arrays map_from_entries map_keys map_values map_zip_with named_struct reverse sequence size
            slice sort_array str_to_map struct transform transform_keys transform_values try_element_at zip_with
            aggregate exists filter forall reduce

            crc32 hash md5 sha sha1 sha2 xxhash64 from_json get_json_object json_array_length json_object_keys to_json
            schema_of_json
            """);

    private static final Set<String> REFLECTION = Set.of("reflect", "java_method", "try_reflect");

    /** Functions and words whose answer is another one the next time. */
    private static final Set<String> CHANGING = names(
            """
            rand random randn uuid shuffle current_date curdate current_timestamp now localtimestamp unix_timestamp
            to_unix_timestamp current_timezone current_user user session_user current_database current_schema current_catalog
            input_file_name input_file_block_start input_file_block_length monotonically_increasing_id spark_partition_id
            version first first_value last last_value any_value collect_list collect_set array_agg mode
            """);

    /** Without brackets and without a column of that name, Spark takes these for functions. */
    private static final Set<String> CHANGING_WORDS =
            Set.of("current_date", "current_timestamp", "localtimestamp", "current_user", "session_user");

    /** Spark's own nodes for operators and syntax, by class name. */
    private static final Set<String> NODES = Set.of(
            "Add",
            "And",
            "BitwiseAnd",
            "BitwiseNot",
            "BitwiseOr",
            "BitwiseXor",
            "CaseWhen",
            "Cast",
            "Concat",
            "CreateNamedStruct",
            "Divide",
            "EqualNullSafe",
            "EqualTo",
            "GreaterThan",
            "GreaterThanOrEqual",
            "ILike",
            "In",
            "InSubquery", // holds the subquery, which is refused
            "IntegralDivide",
            "IsNotNull",
            "IsNotUnknown",
            "IsNull",
            "IsUnknown",
            "LessThan",
            "LessThanOrEqual",
            "Like",
            "LikeAll",
            "LikeAny",
            "Literal",
            "Multiply",
            "NamePlaceholder$",
            "Not",
            "NotLikeAll",
            "NotLikeAny",
            "Or",
            "Overlay",
            "RLike",
            "Remainder",
            "StringLocate",
            "StringTrim",
            "StringTrimLeft",
            "StringTrimRight",
            "Substring",
            "Subtract",
            "TimestampAdd",
            "TimestampDiff",
            "UnaryMinus",
            "UnaryPositive",
            "UnresolvedExtractValue");

    /** What people call some of the nodes that are refused. */
    private static final Map<String, String> REFUSED = Map.of(
            "SubqueryExpression", "a subquery",
            "Alias", "a name (AS); the key is the name",
            "UnresolvedStar", "*",
            "WindowExpression", "a window (OVER)",
            "UnresolvedWindowExpression", "a window (OVER)",
            "NamedParameter", "a parameter; use ${param:NAME}",
            "PosParameter", "a parameter; use ${param:NAME}");

    private SqlWords() {}

    /** Why a function may not be called; empty when it may. */
    static String wrongFunction(String name) {
        if (AGGREGATES.contains(name) || FUNCTIONS.contains(name)) {
            return "";
        }
        if (REFLECTION.contains(name)) {
            return "expected an allowed function, found " + name + ", which can call any Java method";
        }
        if (CHANGING.contains(name)) {
            return "expected an allowed function, found " + name
                    + ", whose answer is not the same in every run; the run's time is ${run:interval.from} and"
                    + " ${run:interval.to}";
        }
        String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
        return "expected an allowed function, found " + shown
                + Nearest.of(
                                shown,
                                Stream.concat(
                                                FUNCTIONS.stream(),
                                                AGGREGATES.stream().sorted())
                                        .toList())
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
    }

    /** Why a piece of syntax may not be used; empty when it may. */
    static String wrongSyntax(String node) {
        return NODES.contains(node)
                ? ""
                : "expected an expression over columns, found " + REFUSED.getOrDefault(node, node);
    }

    /** Why an attribute may not be read; empty when it may. */
    static String wrongColumn(List<String> name) {
        if (name.size() > 1) {
            return "expected the name of a column, found " + String.join(".", name);
        }
        String word = name.get(0).toLowerCase(Locale.ROOT);
        return CHANGING_WORDS.contains(word) ? wrongFunction(word) : "";
    }

    private static Set<String> names(String text) {
        return new TreeSet<>(List.of(text.strip().split("\\s+")));
    }
}
