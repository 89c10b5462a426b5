package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "Application/OpenMetrics-Text; version=1.0.0",
                // Prometheus 2.50 and 3.0
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "text/plain;q=0.5, application/openmetrics-text;q=0.5"
            })
    void prefersOpenMetrics(String header) {
        assertThat(Accept.prefersOpenMetrics(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/html,application/xhtml+xml,*/*;q=0.8",
                "text/plain, application/openmetrics-text;q=0.9",
                "application/openmetrics-text;q=0",
                "application/openmetrics-text;q=0.000",
                "application/openmetrics-text;q=many",
                "application/openmetrics-text;q=2",
                "application/openmetrics",
                ";,;q=1,,"
            })
    void prefersTheOldForm(String header) {
        assertThat(Accept.prefersOpenMetrics(header)).isFalse();
    }

    @Test
    void saysNothing() {
        assertThat(Accept.prefersOpenMetrics(null)).isFalse();
    }
}
