"""Counts matches of jsonapi-get's GETs: run by pytest in the worktree, not kept."""
import json, shutil, collections
import pytest
from django.conf import settings
from django.test import override_settings
from drupal_jwt_auth.conf import HTTP_METHODS
from drupal_jwt_auth.transfer.site_import import SiteImporter
from tests.drupal.test_recordings import site_of, MEMORY
from tests.drupal import replay
from pathlib import Path

@pytest.mark.django_db
def test_count():
    replay.DATA  # real
    names=['jsonapi-get','jsonapi-others','jsonapi-write','jsonapi-filter']
    out=open('/tmp/n/jg.out','w')
    name=names[0]
    src=Path('/work/shared/oracle/recordings')
    class R(replay.Recording):
        pass
    chosen = {"PUBLIC_METHODS": HTTP_METHODS, "PRIVATE_STORAGE": "private"}
    storages = {**settings.STORAGES, "default": MEMORY, "private": MEMORY}
    old=replay.DATA
    with override_settings(DRUPAL_JWT_AUTH=chosen, STORAGES=storages):
        first=True
        for name in names:
            import unittest.mock as m
            with m.patch.object(replay,'DATA',src): rec=replay.Recording(name)
            rec.site = old/'site-full.json'
            if first: SiteImporter().load(site_of(rec)); first=False
            rp=replay.Replayer(rec)
            c=collections.Counter()
            for line in rec.lines:
                if line.get('hidden'): continue
                if name!='jsonapi-get' and line['method'] not in ('GET','HEAD') and not (line['method']=='POST'): continue
                try: d=rp.play(line)
                except Exception as e: d=['EXC '+repr(e)]
                plain = line['method'] in('GET','HEAD') and line['path'].count('/')<=5 and not any(x in line['path'] for x in ('include','sort','filter','relationships','resourceVersion')) and line['path'].startswith('/jsonapi/')
                c[(line['method'],bool(d))]+=1; c[('plain' if plain else 'other',bool(d))]+=1
                if d: print(name,line['id'],line['method'],line['path'][:120],line['status'],[str(x)[:220] for x in d][:3],file=out)
            print(name,dict(c),file=out); out.flush()
