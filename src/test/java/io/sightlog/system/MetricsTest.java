package io.sightlog.system;
