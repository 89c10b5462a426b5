package io.sightlog.jmh.peers;

/** What one side of a peer is written in. */
enum Language {
    JAVA("Java"),
    C("C"),
    PYTHON("Python");

    private final String title;

    Language(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
