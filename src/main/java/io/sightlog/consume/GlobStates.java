package io.sightlog.consume;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern as states that are gone through side by side. So a text takes time in proportion to its length and that of the pattern; the
 * JDK's matchers try one way after another, and for {@code *a*a*a*a*a*a*b} never come to an end. Immutable, any thread.
 */
final class GlobStates {
    private static final String LINE_ENDS = "\n\r\u0085\u2028\u2029";

    private enum Kind {
        LITERAL,
        ANY,
        ONE_OF,
        /** Any number of characters of one part of a path. */
        STAR,
        /** Of any parts, in one line. */
        STARS,
        FORK,
        END
    }

    /** What is to come next in a text, or, of a fork, the numbers of states that may. */
    private record State(Kind kind, int character, PathMatcher oneOf, List<Integer> next) {}

    private static final PathMatcher NONE = path -> false;

    private final List<State> states = new ArrayList<>();

    /** @param pattern one that the JDK has found to be right */
    GlobStates(String pattern) {
        int[] all = pattern.codePoints().toArray();
        List<Integer> fork = new ArrayList<>();
        List<List<Integer>> ends = new ArrayList<>();
        boolean isInGroup = false;
        for (int i = 0; i < all.length; i++) {
            int c = all[i];
            if (c == '\\') {
                add(Kind.LITERAL, all[++i]);
            } else if (c == '[') {
                int end = i + 1;
                while (all[end] != ']') {
                    end++;
                }
                String set = new String(all, i, end + 1 - i);
                PathMatcher oneOf = FileSystems.getDefault().getPathMatcher("glob:" + set);
                states.add(new State(Kind.ONE_OF, 0, oneOf, List.of()));
                i = end;
            } else if (c == '*') {
                boolean isDeep = i + 1 < all.length && all[i + 1] == '*';
                add(isDeep ? Kind.STARS : Kind.STAR, 0);
                i += isDeep ? 1 : 0;
            } else if (c == '?') {
                add(Kind.ANY, 0);
            } else if (c == '{') {
                isInGroup = true;
                fork = fork();
                fork.add(states.size());
            } else if (isInGroup && (c == ',' || c == '}')) {
                ends.add(fork());
                if (c == ',') {
                    fork.add(states.size());
                } else {
                    isInGroup = false;
                    ends.forEach(end -> end.add(states.size()));
                    ends.clear();
                }
            } else {
                add(Kind.LITERAL, c);
            }
        }
        add(Kind.END, 0);
    }

    private void add(Kind kind, int character) {
        states.add(new State(kind, character, NONE, List.of()));
    }

    private List<Integer> fork() {
        List<Integer> next = new ArrayList<>();
        states.add(new State(Kind.FORK, 0, NONE, next));
        return next;
    }

    /** Whether all of a text matches. */
    boolean matches(String text) {
        int[] now = new int[states.size()];
        int[] then = new int[states.size()];
        int[] seen = new int[states.size()];
        Arrays.fill(seen, -1);
        int count = enter(0, now, 0, seen, 0);
        int at = 0;
        for (int i = 0; i < text.length() && count > 0; at++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int after = 0;
            for (int k = 0; k < count; k++) {
                State state = states.get(now[k]);
                if (takes(state, c)) {
                    boolean stays = state.kind == Kind.STAR || state.kind == Kind.STARS;
                    after = enter(stays ? now[k] : now[k] + 1, then, after, seen, at + 1);
                }
            }
            int[] old = now;
            now = then;
            then = old;
            count = after;
        }
        for (int k = 0; k < count; k++) {
            if (states.get(now[k]).kind == Kind.END) {
                return true;
            }
        }
        return false;
    }

    /** Adds a state, and those behind it that need no character. */
    private int enter(int first, int[] into, int from, int[] seen, int at) {
        int count = from;
        int number = first;
        while (seen[number] != at) {
            seen[number] = at;
            State state = states.get(number);
            if (state.kind == Kind.FORK) {
                for (int next : state.next) {
                    count = enter(next, into, count, seen, at);
                }
                return count;
            }
            into[count++] = number;
            if (state.kind != Kind.STAR && state.kind != Kind.STARS) {
                return count;
            }
            number++; // which may also stand for nothing
        }
        return count;
    }

    private static boolean takes(State state, int c) {
        return switch (state.kind) {
            case LITERAL -> c == state.character;
            case ANY, STAR -> c != '/';
            case STARS -> LINE_ENDS.indexOf(c) < 0;
            case ONE_OF -> c != '/' && state.oneOf.matches(Path.of(Character.toString(c)));
            case FORK, END -> false;
        };
    }
}
