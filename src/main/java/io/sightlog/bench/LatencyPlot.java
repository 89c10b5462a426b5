package io.sightlog.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Latency by percentile, drawn: a thin line for each round, a thick one for their median. To the right, each step leaves out nine
 * tenths of what was left, up to the slowest event; upwards, each step is ten times as long. A picture in itself, which
 * loads nothing.
 */
public final class LatencyPlot {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 580;
    private static final int LEFT = 92;
    private static final int RIGHT = 120;
    private static final int TOP = 100;
    private static final int BOTTOM = 88;
    private static final int STEPS = 400;
    private static final String INK = "#1f2933";
    private static final String FAINT = "#616e7c";
    private static final String WARNING = "#b7540a";
    private static final String GRID = "#e4e7eb";
    private static final String FINE_GRID = "#f3f5f7";
    private static final String THIN = "#7fb2e5";
    private static final String THICK = "#0b4f9c";

    private final LatencyResult result;
    /** Powers of ten at the lower and upper edge. */
    private final int low;

    private final int high;
    /** Nines at the right edge: the slowest event of the shortest round. */
    private final double nines;

    private final StringBuilder svg = new StringBuilder();

    private LatencyPlot(LatencyResult result) {
        this.result = result;
        long most = Math.max(10, result.highest(100));
        long least = Math.max(1, result.lowest(0));
        this.low = (int) Math.floor(Math.log10((double) least));
        this.high = Math.max(low + 1, (int) Math.ceil(Math.log10((double) most)));
        long events = result.rounds().stream()
                .mapToLong(round -> round.latency().getTotalCount())
                .min()
                .orElseThrow();
        this.nines = Math.max(1, Math.log10((double) events));
    }

    /** An SVG document. */
    public static String svg(LatencyResult result) {
        return new LatencyPlot(result).draw();
    }

    /** The same in an HTML document. */
    public static String html(LatencyResult result) {
        String picture = svg(result);
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>Sightlog: latency</title>\n"
                + "<style>body { margin: 2em; background: #f5f7fa } svg { max-width: 100%; height: auto }</style>\n"
                + "</head>\n<body>\n" + picture.substring(picture.indexOf("<svg")) + "</body>\n</html>\n";
    }

    private String draw() {
        svg.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"'DejaVu Sans', Verdana, sans-serif\" fill=\"%s\">\n",
                WIDTH, HEIGHT, WIDTH, HEIGHT, INK));
        svg.append("<title>Latency from one process to another, by percentile</title>\n");
        svg.append(format("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\"/>\n", WIDTH, HEIGHT));
        titles();
        latencies();
        percentiles();
        for (LatencyRound round : result.rounds()) {
            line(List.of(round), THIN, 1.2);
        }
        line(result.rounds(), THICK, 3);
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void titles() {
        LatencyPlan plan = result.plan();
        text(LEFT, 34, 19, INK, "start", "Latency from one process to another");
        text(
                LEFT,
                58,
                13,
                FAINT,
                "start",
                format(
                        "%,d events/s of %,d bytes (%,d detections), %d %s waiting by %s, %d %s of %,d events",
                        plan.rate(),
                        result.eventBytes(),
                        plan.detections(),
                        plan.consumers(),
                        plan.consumers() == 1 ? "consumer" : "consumers",
                        plan.waiting().name().toLowerCase(Locale.ROOT),
                        result.rounds().size(),
                        result.rounds().size() == 1 ? "round" : "rounds",
                        plan.measuredEvents()));
        if (Cores.tooFew(plan, result.machine().processors()) != null) {
            text(LEFT, 82, 12, WARNING, "start", "Too few cores for this: the high percentiles show the scheduler.");
        }
        text(LEFT, HEIGHT - 16, 11, FAINT, "start", result.machine().text());
    }

    private void latencies() {
        for (int power = low; power <= high; power++) {
            double nanos = Math.pow(10, power);
            for (int i = 2; i < 10 && power < high; i++) {
                rule(LEFT, y(nanos * i), WIDTH - RIGHT, y(nanos * i), FINE_GRID);
            }
            rule(LEFT, y(nanos), WIDTH - RIGHT, y(nanos), GRID);
            text(LEFT - 10, y(nanos) + 4, 12, INK, "end", Nanos.round(nanos));
        }
        int middle = (TOP + HEIGHT - BOTTOM) / 2;
        svg.append(format(
                "<text transform=\"translate(22 %d) rotate(-90)\" font-size=\"13\" fill=\"%s\" text-anchor=\"middle\">"
                        + "latency, from when the event was due until it was read</text>\n",
                middle, FAINT));
    }

    private void percentiles() {
        for (double percent : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999}) {
            double at = -Math.log10(1 - percent / 100);
            if (at < nines - 0.5) {
                rule(x(at), TOP, x(at), HEIGHT - BOTTOM, GRID);
                text(x(at), HEIGHT - BOTTOM + 20, 12, INK, "middle", percent == 0 ? "0" : plain(percent) + " %");
            }
        }
        rule(x(nines), TOP, x(nines), HEIGHT - BOTTOM, GRID);
        text(x(nines), HEIGHT - BOTTOM + 20, 12, INK, "middle", "slowest");
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + 42, 13, FAINT, "middle", "percentile of events");
    }

    private static String plain(double percent) {
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }

    /** The median of some rounds. */
    private void line(List<LatencyRound> rounds, String colour, double width) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i <= STEPS; i++) {
            double at = nines * i / STEPS;
            double percent = i == STEPS ? 100 : 100 * (1 - Math.pow(10, -at));
            List<Double> values = new ArrayList<>();
            for (LatencyRound round : rounds) {
                Histogram latency = round.latency();
                values.add((double) Math.max(1, latency.getValueAtPercentile(percent)));
            }
            points.append(format("%s%.1f,%.1f", i == 0 ? "" : " ", x(at), y(Median.of(values))));
        }
        svg.append(format(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\" points=\"%s\"/>\n",
                colour, width, points));
    }

    private void legend() {
        double left = LEFT + 16;
        rule(left, TOP + 16, left + 26, TOP + 16, THICK, 3);
        text(left + 34, TOP + 20, 12, INK, "start", "median of the rounds");
        rule(left, TOP + 36, left + 26, TOP + 36, THIN, 1.2);
        text(left + 34, TOP + 40, 12, INK, "start", "each round");
        for (double percent : new double[] {50, 90, 99, 99.9}) {
            double at = -Math.log10(1 - percent / 100);
            if (at < nines) {
                double value = result.percentile(percent);
                svg.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x(at), y(value), THICK));
                text(x(at) + 8, y(value) + 16, 12, THICK, "start", Nanos.text(Math.round(value)));
            }
        }
        long slowest = result.percentile(100);
        text(x(nines) + 8, y((double) slowest) + 4, 12, THICK, "start", Nanos.text(slowest));
    }

    private double x(double atNines) {
        return LEFT + (WIDTH - LEFT - RIGHT) * atNines / nines;
    }

    private double y(double nanos) {
        double up = (Math.log10(Math.max(nanos, 1)) - low) / (high - low);
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * Math.max(0, up);
    }

    private void rule(double x1, double y1, double x2, double y2, String colour) {
        rule(x1, y1, x2, y2, colour, 1);
    }

    private void rule(double x1, double y1, double x2, double y2, String colour, double width) {
        svg.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n",
                x1, y1, x2, y2, colour, width));
    }

    private void text(double x, double y, int size, String colour, String anchor, String text) {
        svg.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\" text-anchor=\"%s\">%s</text>\n",
                x, y, size, colour, anchor, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
