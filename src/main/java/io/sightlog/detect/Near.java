package io.sightlog.detect;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
public final class Near {
    private static final int SHOWN = 5;

    private Near() {}

    /** The nearest names when some are near, else the first ones, as the end of a sentence. */
    public static String hint(String wanted, Collection<String> names) {
        List<String> near = nearest(wanted, names);
        if (!near.isEmpty()) {
            return "near it: " + String.join(", ", near);
        }
        String first = String.join(", ", names.stream().limit(3L * SHOWN).toList());
        return "there are: " + first + (names.size() > 3 * SHOWN ? ", ..." : "");
    }

    /** Names that contain what was wanted, or can be made from it with few edits; best first, without case. */
    public static List<String> nearest(String wanted, Collection<String> names) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        int most = lower.length() < 3 ? 1 : Math.max(2, lower.length() / 3); // 2: letters swapped
        return names.stream()
                .distinct()
                .filter(name -> distance(lower, name) <= most)
                .sorted(Comparator.comparingInt(name -> distance(lower, name)))
                .limit(SHOWN)
                .toList();
    }

    private static int distance(String lower, String name) {
        String other = name.toLowerCase(Locale.ROOT);
        return lower.length() >= 3 && other.contains(lower) ? 0 : edits(lower, other);
    }

    /** Levenshtein distance. */
    static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
