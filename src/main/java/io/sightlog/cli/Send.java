package io.sightlog.cli;

import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Failure;
import io.sightlog.cli.terminal.Input;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code sightlog send}: messages under a topic, from lines or files. */
@Command(
        name = "send",
        description = "Send messages under a topic: each line of standard input a text, or each file as a whole.",
        footer = {
            "",
            "Each line is sent at once, an empty one, too, without its end (LF or CR LF). A message holds up to "
                    + EventLayout.MAX_CONTENT_BYTES
                    + " bytes. What is longer, or is not valid UTF-8, is reported by the number of its line or the name of its "
                    + "file, and skipped; the exit code is then 3."
        })
final class Send implements Callable<Integer> {
    @Parameters(
            paramLabel = "TOPIC",
            converter = TopicConverter.class,
            description = "What they are about: 1 to " + EventLayout.MAX_TOPIC_BYTES
                    + " bytes of UTF-8 without control characters, e.g. door/front.")
    String topic = "";

    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Option(
            names = "--file",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Send the content of each file as one text, and read no lines. Give TOPIC before it.")
    List<Path> files = new ArrayList<>();

    @Option(names = "--binary", description = "Send the bytes of each --file as they are, not as a text.")
    boolean binary;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Put up to N messages into one excerpt, when that many are waiting "
                    + "(default: ${DEFAULT-VALUE}).")
    int batchSize = 1;

    private final EventDraft draft = new EventDraft();

    static final class TopicConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                new EventDraft().message(text, "");
                return text;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        if (binary && files.isEmpty()) {
            throw new IllegalArgumentException("--binary needs --file FILE: lines are texts");
        }
        InputStream lines = files.isEmpty() ? Input.stdin() : InputStream.nullInputStream();
        Stop.listen();
        LineAppender appender;
        try (JournalWriter writer = write.open(queue.open())) {
            appender = new LineAppender(writer, batchSize, "sent", "message", files.isEmpty() ? "line" : "file");
            if (files.isEmpty()) {
                appender.appendAll(LineReader.ofTexts(lines, EventLayout.MAX_CONTENT_BYTES), this::line);
            } else {
                appender.appendAll(() -> sendFiles(appender));
            }
        }
        return appender.sumUp();
    }

    private EventDraft line(byte[] utf8, int offset, int length) {
        return draft.textMessage(topic, utf8, offset, length).capturedNanos(NanoClock.SYSTEM.nanos());
    }

    private void sendFiles(LineAppender appender) {
        for (Path file : files) {
            if (Stop.requested()) {
                return;
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(EventLayout.MAX_CONTENT_BYTES + 1);
                appender.locked(() -> send(appender, file, content));
            } catch (IOException e) {
                appender.tell(file.toString(), Failure.reason(e));
            }
        }
    }

    private void send(LineAppender appender, Path file, byte[] content) {
        if (content.length > EventLayout.MAX_CONTENT_BYTES) {
            appender.tell(
                    file.toString(),
                    "it has more than the " + EventLayout.MAX_CONTENT_BYTES + " bytes a message holds");
            return;
        }
        draft.capturedNanos(NanoClock.SYSTEM.nanos());
        if (binary) {
            appender.append(draft.message(topic, content, 0, content.length));
            return;
        }
        try {
            draft.textMessage(topic, content, 0, content.length);
        } catch (IllegalArgumentException e) {
            appender.tell(file.toString(), e.getMessage() + ": --binary sends it as bytes");
            return;
        }
        appender.append(draft);
    }
}
