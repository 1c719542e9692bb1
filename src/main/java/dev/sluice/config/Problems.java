package dev.sluice.config;

import dev.sluice.core.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects what is wrong. A file made to drown its reader is not listed to the end. */
final class Problems {
    private static final int MOST = 500;

    private final List<Problem> list = new ArrayList<>();
    private int count;

    void add(Location at, String path, String message) {
        add(at, path, () -> message);
    }

    /** The message is only made when it is kept. */
    void add(Location at, String path, Supplier<String> message) {
        count++;
        if (list.size() < MOST) {
            list.add(new Problem(at, path, message.get()));
        }
    }

    /** How many there are by now. */
    int count() {
        return count;
    }

    /** In the order of the files. */
    List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(list.stream().distinct().sorted().toList());
        if (count > list.size()) {
            Problem last = sorted.get(sorted.size() - 1);
            sorted.add(new Problem(last.at(), "", "and " + (count - list.size()) + " more problems, not shown"));
        }
        return List.copyOf(sorted);
    }

    /** Ends the work here when anything is wrong. */
    void refuse() {
        if (count > 0) {
            throw new InvalidConfig(sorted());
        }
    }
}
