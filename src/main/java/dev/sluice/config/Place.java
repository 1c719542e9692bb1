package dev.sluice.config;

import dev.sluice.core.Location;

/** Where the binder is: the path of keys, and the place of the last key that the file has. */
record Place(String path, Location at) {
    private static final int LONGEST = 100;

    Place child(String key, Location childAt) {
        return new Place(child(path, key), childAt);
    }

    static String child(String path, String key) {
        String shown = key.length() <= LONGEST ? key : key.substring(0, LONGEST) + "…";
        return path.isEmpty() ? shown : path + "/" + shown;
    }

    /** What a node is, for a person. */
    static String kind(Node node) {
        if (node instanceof Node.Scalar scalar) {
            return scalar.isNull() ? "nothing (null)" : Problem.quoted(scalar.text());
        }
        return node instanceof Node.Items ? "a list" : "a mapping";
    }
}
