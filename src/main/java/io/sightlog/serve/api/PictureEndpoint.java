package io.sightlog.serve.api;

import io.sightlog.journal.Journal;
import io.sightlog.pictures.UndrawableException;
import java.io.IOException;
import java.util.Set;

/** The picture of a frame, with or without its boxes. */
final class PictureEndpoint implements Endpoint {
    private static final int MOST_PIXELS = 8192;

    private final Journal journal;
    private final Labels labels;
    private final PictureSource pictures;

    PictureEndpoint(Journal journal, Labels labels, PictureSource pictures) {
        this.journal = journal;
        this.labels = labels;
        this.pictures = pictures;
    }

    @Override
    public void answer(Question question, Reply reply) throws IOException, Refusal {
        question.allowOnly(Set.of("max", "boxes"));
        int max = (int) question.number("max", MOST_PIXELS, 1, MOST_PIXELS);
        boolean boxes = question.flag("boxes", false);
        PictureSource.Picture picture;
        try (OneEvent one = OneEvent.at(journal, labels, Places.ofPath(question, "picture"))) {
            picture = pictures.jpeg(one.event(), max, boxes);
        } catch (UndrawableException e) {
            throw new Refusal(404, String.valueOf(e.getMessage()));
        }
        reply.header("Sightlog-Picture", picture.isKept() ? "kept" : "source");
        reply.header("Sightlog-Size", picture.width() + "x" + picture.height());
        reply.whole(Reply.JPEG, picture.jpeg());
    }
}
