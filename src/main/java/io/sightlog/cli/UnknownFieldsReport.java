package io.sightlog.cli;

import io.sightlog.detect.Near;
import io.sightlog.text.BadLineException;
import io.sightlog.text.UnknownFields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reports each unknown field once, or refuses its line. */
final class UnknownFieldsReport implements UnknownFields {
    /** More names than this are not kept in mind, whatever comes. */
    private static final int MOST = 100;

    private static final String BOX = "its box is x, y, w, h: left, top, width and height in pixels";
    private static final String LABEL = "its class is \"label\", or \"classId\"";
    private static final String CONFIDENCE = "that is \"confidence\", 0 to 1";
    private static final String TIME = "when it was captured is \"capturedNanos\" or \"capturedAt\"";
    private static final String SOURCE = "the file or camera is \"source\"";
    private static final String DETECTIONS = "what was detected is \"detections\"";

    /** What other programs call the fields of a detection, by what is meant. */
    private static final Map<String, String> IN_DETECTIONS = Map.ofEntries(
            Map.entry("box", BOX),
            Map.entry("bbox", BOX),
            Map.entry("xyxy", BOX),
            Map.entry("xywh", BOX),
            Map.entry("rect", BOX),
            Map.entry("bounding_box", BOX),
            Map.entry("class", LABEL),
            Map.entry("cls", LABEL),
            Map.entry("name", LABEL),
            Map.entry("category", LABEL),
            Map.entry("category_id", LABEL),
            Map.entry("score", CONFIDENCE),
            Map.entry("conf", CONFIDENCE),
            Map.entry("prob", CONFIDENCE));

    /** Likewise, of an event. */
    private static final Map<String, String> IN_EVENTS = Map.ofEntries(
            Map.entry("time", TIME),
            Map.entry("timestamp", TIME),
            Map.entry("ts", TIME),
            Map.entry("file", SOURCE),
            Map.entry("filename", SOURCE),
            Map.entry("path", SOURCE),
            Map.entry("image", SOURCE),
            Map.entry("camera", SOURCE),
            Map.entry("boxes", DETECTIONS),
            Map.entry("objects", DETECTIONS),
            Map.entry("predictions", DETECTIONS),
            Map.entry("annotations", DETECTIONS));

    private final boolean strict;
    private final Consumer<String> notice;
    private final Set<String> reported = new HashSet<>();

    /**
     * @param strict whether a line with such a field is refused
     * @param notice gets a line for people
     */
    UnknownFieldsReport(boolean strict, Consumer<String> notice) {
        this.strict = strict;
        this.notice = notice;
    }

    @Override
    public void met(String name, Owner owner) throws BadLineException {
        if (strict) {
            throw new BadLineException(text(name, owner));
        }
        if (reported.size() < MOST && reported.add(owner + " " + name)) {
            notice.accept(text(name, owner) + "; it is not kept"
                    + (reported.size() == MOST ? "; more of them are not reported" : ""));
        }
    }

    private static String text(String name, Owner owner) {
        String meant = owner == Owner.DETECTION
                ? IN_DETECTIONS.get(name.toLowerCase(Locale.ROOT))
                : owner == Owner.EVENT ? IN_EVENTS.get(name.toLowerCase(Locale.ROOT)) : null;
        if (meant != null) {
            return "\"" + BadLineException.shown(name) + "\" is no field of " + owner.text() + ": " + meant;
        }
        List<String> near = Near.nearest(name, owner.fields());
        return "\"" + BadLineException.shown(name) + "\" is no field of " + owner.text()
                + (near.isEmpty() ? "" : " (near it: " + String.join(", ", near) + ")");
    }
}
